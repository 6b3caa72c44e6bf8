package frame

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func TestParseRequest(t *testing.T) {
	t.Parallel()
	const head = `{"protocol":"schemadiff/1","id":"7",`
	for _, test := range []struct {
		name, line, payload, day string
	}{
		{"payload", head + `"payload":"{}"}`, "{}", "2026-11-23"},
		{"empty payload", head + `"payload":""}`, "", "2026-11-23"},
		{"base64, as_of and an unknown property", head + `"payload_base64":"/w==","as_of":"2026-03-04","more":1}`, "\xff", "2026-03-04"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request, err := ParseRequest(test.line, today)
			if err != nil {
				t.Fatal(err)
			}
			if request.ID != "7" || request.NoID || request.Payload != test.payload || request.Today.Format(time.DateOnly) != test.day {
				t.Errorf("%+v", request)
			}
		})
	}
}

func TestParseRequestErrors(t *testing.T) {
	t.Parallel()
	const head = `{"protocol":"schemadiff/1","id":"7",`
	for _, test := range []struct {
		name, line string
		want       error
		noID       bool
	}{
		{"empty", ``, ErrNotJSON, true},
		{"duplicate name", head + `"id":"8"}`, ErrNotJSON, true},
		{"array", `[]`, ErrNotObject, true},
		{"no id", `{"protocol":"schemadiff/1","payload":"{}"}`, ErrNoID, true},
		{"id is a number", `{"protocol":"schemadiff/1","id":7,"payload":"{}"}`, ErrNoID, true},
		{"no protocol", `{"id":"7","payload":"{}"}`, ErrWrongProtocol, false},
		{"another protocol", `{"protocol":"schemadiff/2","id":"7","payload":"{}"}`, ErrWrongProtocol, false},
		{"payload is an object", head + `"payload":{}}`, ErrNoPayload, false},
		{"two payloads", head + `"payload":"","payload_base64":""}`, ErrNoPayload, false},
		{"no base64", head + `"payload_base64":"!"}`, ErrNotBase64, false},
		{"no such day", head + `"payload":"{}","as_of":"2026-02-30"}`, ErrInvalidDay, false},
		{"as_of is null", head + `"payload":"{}","as_of":null}`, ErrInvalidDay, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request, err := ParseRequest(test.line, today)
			if !errors.Is(err, test.want) {
				t.Errorf("error %v; want %v", err, test.want)
			}
			if request.NoID != test.noID || !test.noID && request.ID != "7" {
				t.Errorf("%+v", request)
			}
		})
	}
}

func TestCapabilities(t *testing.T) {
	t.Parallel()
	got := string(Capabilities{
		Service: "s", Release: "1.2.3", Concurrency: 4, DryRun: true,
		Accepts: map[string][]string{"job_request": {"v1", "v2"}}, Answers: map[string][]string{"job_response": {"v1"}},
	}.Append(nil))
	want := `{"protocol":"schemadiff/1","kind":"capabilities","service":"s","release":"1.2.3","accepts":{"job_request":["v1","v2"]},` +
		`"answers":{"job_response":["v1"]},"max_frame_bytes":16777216,"concurrency":4,"dry_run":true}` + "\n"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// requestFrame returns a request frame with its line end.
func requestFrame(id, payload string) string {
	return fmt.Sprintf(`{"protocol":"schemadiff/1","id":%q,"payload":%q}`+"\n", id, payload)
}
