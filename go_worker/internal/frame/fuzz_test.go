package frame

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

var seedFrames = []string{
	`{"protocol":"schemadiff/1","id":"7","payload":"{}"}`,
	`{"protocol":"schemadiff/1","id":"","payload":"\u0000\ud83d\ude00"}`,
	`{"protocol":"schemadiff/1","id":"\u2028","payload_base64":"/w==","as_of":"2026-03-04"}`,
	`{"protocol":"schemadiff/1","id":"7","payload_base64":"/w=\n="}`,
	`{"protocol":"schemadiff/1","id":"7","payload":"","payload_base64":""}`,
	`{"protocol":"schemadiff/1","id":"7","payload":"{}","as_of":"2026-02-30"}`,
	`{"protocol":"schemadiff/2","id":"7","payload":"{}"}`,
	`{"protocol":"schemadiff/1","id":7}`,
	`{"id":"a","id":"b"}`,
	"{\"id\":\"\xff\"}",
	`[]`,
	``,
}

// FuzzParseRequest checks that a frame is either parsed like encoding/json would parse it, or rejected
// with one of the errors of this package.
func FuzzParseRequest(f *testing.F) {
	for _, seed := range seedFrames {
		f.Add(seed)
	}
	sentinels := []error{ErrNotJSON, ErrNotObject, ErrNoID, ErrWrongProtocol, ErrInvalidDay, ErrNoPayload, ErrNotBase64}
	f.Fuzz(func(t *testing.T, text string) {
		request, err := ParseRequest(text, today)
		if err != nil {
			if !slices.ContainsFunc(sentinels, func(sentinel error) bool { return errors.Is(err, sentinel) }) {
				t.Errorf("%q: %v is no error of this package", text, err)
			}
			return
		}
		var want map[string]any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if request.NoID || request.ID != want["id"] {
			t.Errorf("%q: id %q", text, request.ID)
		}
		if payload, ok := want["payload"].(string); ok && request.Payload != payload {
			t.Errorf("%q: payload %q", text, request.Payload)
		}
		if encoded, ok := want["payload_base64"].(string); ok {
			encoded = strings.NewReplacer("\r", "", "\n", "").Replace(encoded) // which the decoder ignores
			if got := base64.StdEncoding.EncodeToString([]byte(request.Payload)); len(got) != len(encoded) {
				t.Errorf("%q: payload %q", text, request.Payload)
			}
		}
		if asOf, ok := want["as_of"]; ok && asOf != request.Today.Format(time.DateOnly) {
			t.Errorf("%q: as_of %s", text, request.Today)
		}
	})
}

// FuzzServe checks that each line of any input gets one reply, under its id if that is readable.
func FuzzServe(f *testing.F) {
	f.Add("")
	f.Add(strings.Join(seedFrames, "\n"))
	f.Add(strings.Join(seedFrames, "\r\n") + "\n\n")
	f.Fuzz(func(t *testing.T, in string) {
		var want []string
		for text := range strings.Lines(in) {
			request, err := ParseRequest(text, today)
			reply := request.Payload + " on " + request.Today.Format(time.DateOnly)
			if err != nil {
				reply = err.Error()
			}
			id := request.ID
			if request.NoID {
				id = "null"
			}
			want = append(want, id+"="+strings.ToValidUTF8(reply, "\uFFFD"))
		}
		slices.Sort(want)
		if got := serve(t, newServer(echo{}), in); !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}
