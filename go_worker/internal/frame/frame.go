// Package frame implements the worker's line protocol: one JSON object per line on stdin and stdout.
// The worker first writes its capabilities; then it writes one reply frame for each request frame, in
// any order. A payload is carried as text or as base64, so that every byte of an invalid message
// arrives.
package frame

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
)

// Protocol is the name and version of this protocol.
const Protocol = "schemadiff/1"

// MaxBytes is the length of the longest line that is read, line end included.
const MaxBytes = 16 << 20

// The errors of a request frame.
var (
	ErrTooLong       = fmt.Errorf("the frame exceeds %d bytes", MaxBytes)
	ErrNotJSON       = errors.New("the frame is not valid JSON")
	ErrNotObject     = errors.New("the frame is not an object")
	ErrNoID          = errors.New("the frame's id is missing or not a string")
	ErrWrongProtocol = errors.New("the frame's protocol is not " + Protocol)
	ErrInvalidDay    = errors.New("the frame's as_of is not a day like 2026-11-23")
	ErrNoPayload     = errors.New("the frame must have either payload or payload_base64, as a string")
	ErrNotBase64     = errors.New("the frame's payload_base64 is not base64")
)

// Capabilities is the first frame, by which a worker introduces itself.
type Capabilities struct {
	Service     string
	Release     string
	Accepts     map[string][]string // the versions of each contract that the worker reads
	Answers     map[string][]string // the versions of each contract that the worker writes
	Concurrency int
	DryRun      bool
}

// Append appends the capabilities as one line.
func (c Capabilities) Append(out []byte) []byte {
	text, err := json.Marshal(struct {
		Protocol      string              `json:"protocol"`
		Kind          string              `json:"kind"`
		Service       string              `json:"service"`
		Release       string              `json:"release"`
		Accepts       map[string][]string `json:"accepts"`
		Answers       map[string][]string `json:"answers"`
		MaxFrameBytes int                 `json:"max_frame_bytes"`
		Concurrency   int                 `json:"concurrency"`
		DryRun        bool                `json:"dry_run"`
	}{Protocol, "capabilities", c.Service, c.Release, c.Accepts, c.Answers, MaxBytes, c.Concurrency, c.DryRun})
	if err != nil {
		panic(err) // strings and numbers can always be marshaled
	}
	return append(append(out, text...), '\n')
}

// Request is a request frame.
type Request struct {
	ID      string
	NoID    bool // the frame has no readable id
	Today   time.Time
	Payload string
}

// ParseRequest parses a request frame. A frame without as_of gets the given day. If there is an error,
// which is one of the errors of this package, the request has the id if that is readable.
func ParseRequest(line string, today time.Time) (Request, error) {
	request := Request{NoID: true, Today: today}
	value, err := strictjson.Parse(line)
	if err != nil {
		return request, fmt.Errorf("%w: %w", ErrNotJSON, err)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return request, ErrNotObject
	}
	id, ok := object["id"].(string)
	if !ok {
		return request, ErrNoID
	}
	request.ID, request.NoID = id, false
	if object["protocol"] != Protocol {
		return request, ErrWrongProtocol
	}
	if asOf, ok := object["as_of"]; ok {
		if request.Today, err = parseDay(asOf); err != nil {
			return request, err
		}
	}
	request.Payload, err = decodePayload(object)
	return request, err
}

func parseDay(value any) (time.Time, error) {
	text, _ := value.(string)
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, ErrInvalidDay
	}
	return day, nil
}

func decodePayload(object map[string]any) (string, error) {
	text, isText := object["payload"].(string)
	encoded, isBase64 := object["payload_base64"].(string)
	if isText == isBase64 {
		return "", ErrNoPayload
	}
	if isText {
		return text, nil
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNotBase64, err)
	}
	return string(decoded), nil
}

// AppendReply appends the reply frame to a request, as one line.
func AppendReply(out []byte, request Request, document []byte) []byte {
	out = append(out, `{"protocol":"`+Protocol+`","kind":"reply","id":`...)
	if request.NoID {
		out = append(out, "null"...)
	} else {
		out = strictjson.AppendString(out, request.ID)
	}
	out = append(out, `,"response":`...)
	out = strictjson.AppendString(out, string(document))
	return append(out, "}\n"...)
}
