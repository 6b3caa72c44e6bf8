// Package frame is the worker's line protocol: one JSON object a line on stdin and stdout. The
// worker speaks first, with its capabilities; then each request frame gets one reply frame, in any
// order. The payload travels as text or base64, so that every byte of a broken message survives.
package frame

import (
	"encoding/base64"
	"fmt"
	"time"

	"schemadiff.local/worker/internal/exact"
)

// Protocol names this protocol and its version.
const Protocol = "schemadiff/1"

// MaxBytes is the length of the longest line that is read.
const MaxBytes = 16 << 20

// Capabilities is what a worker tells of itself before anything else.
type Capabilities struct {
	Service     string
	Release     string
	Accepts     map[string][]string // contract -> versions
	Answers     map[string][]string
	Concurrency int
	DryRun      bool
}

// Request is one request frame. ID is empty, and NoID true, where none could be read.
type Request struct {
	ID      string
	NoID    bool
	Today   time.Time
	Payload string
}

// Parse reads a request frame; today holds where the frame names no day. With an error, the
// request has the id as far as it could be read.
func Parse(line string, today time.Time) (Request, error) {
	request := Request{NoID: true, Today: today}
	value, err := exact.Read(line)
	if err != nil {
		return request, fmt.Errorf("the frame is not JSON: %w", err)
	}
	members, ok := value.(map[string]any)
	if !ok {
		return request, fmt.Errorf("the frame is not an object")
	}
	id, ok := members["id"].(string)
	if !ok {
		return request, fmt.Errorf("the frame has no id, which is a string")
	}
	request.ID, request.NoID = id, false
	if members["protocol"] != Protocol {
		return request, fmt.Errorf("the frame does not say that its protocol is %s", Protocol)
	}
	if named, there := members["as_of"]; there {
		if request.Today, err = day(named); err != nil {
			return request, err
		}
	}
	request.Payload, err = payload(members)
	return request, err
}

func day(value any) (time.Time, error) {
	text, _ := value.(string)
	parsed, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("the frame's as_of is not a day like 2026-11-23")
	}
	return parsed, nil
}

func payload(members map[string]any) (string, error) {
	text, isText := members["payload"].(string)
	encoded, isBase64 := members["payload_base64"].(string)
	if isText == isBase64 {
		return "", fmt.Errorf("the frame has not exactly one of payload and payload_base64, as a string")
	}
	if isText {
		return text, nil
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", fmt.Errorf("the frame's payload_base64 is not base64: %w", err)
	}
	return string(decoded), nil
}

// AppendReply appends the reply frame to a request, line end included.
func AppendReply(out []byte, request Request, document []byte) []byte {
	out = append(out, `{"protocol":"`+Protocol+`","kind":"reply","id":`...)
	if request.NoID {
		out = append(out, "null"...)
	} else {
		out = exact.AppendString(out, request.ID)
	}
	out = append(out, `,"response":`...)
	out = exact.AppendString(out, string(document))
	return append(out, "}\n"...)
}
