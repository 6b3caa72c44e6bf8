package contracttests

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// fixture is one message that the producer's tests recorded, and the consumer's response to it.
type fixture struct {
	Name          string  `json:"name"`
	Contract      string  `json:"contract"`
	Version       *string `json:"version"`
	Payload       *string `json:"payload,omitempty"`
	PayloadBase64 *string `json:"payload_base64,omitempty"`
	Response      string  `json:"response"`
}

// TestConsumer passes every message that the producer's tests recorded to consume, valid and invalid ones. It writes the
// responses to exchanges.ndjson for `schemadiff replay --exchanges`, which validates them against their own contract.
func TestConsumer(t *testing.T) {
	folder := os.Getenv("CONTRACT_FIXTURES")
	if folder == "" {
		t.Skip("CONTRACT_FIXTURES is not set to the folder that the producer's tests write to")
	}
	exchanges, err := os.Create(filepath.Join(folder, "exchanges.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	defer exchanges.Close()
	for _, kind := range []string{"valid", "invalid"} {
		messages := readFixtures(t, folder, kind)
		if len(messages) == 0 {
			t.Errorf("there are no %s messages in %s: run the producer's tests first", kind, folder)
		}
		for _, message := range messages {
			t.Run(kind+"/"+message.Name, func(t *testing.T) {
				exchange(t, exchanges, message, kind == "valid")
			})
		}
	}
}

// exchange passes one message to the consumer, writes the response and checks its status.
func exchange(t *testing.T, exchanges io.Writer, message fixture, valid bool) {
	t.Helper()
	response := consume(payload(t, message))
	message.Response = string(response)
	line, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exchanges.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	var decoded struct {
		Status    string `json:"status"`
		ErrorType string `json:"error_type"`
	}
	if err := json.Unmarshal(response, &decoded); err != nil {
		t.Fatalf("the response is not JSON (%v): %s", err, response)
	}
	switch rejected := decoded.Status == "error" && decoded.ErrorType == "validation_error"; {
	case valid && decoded.Status == "error":
		t.Errorf("the message is valid, but the consumer rejects it: %s", response)
	case !valid && !rejected:
		t.Errorf("the message is invalid, but the consumer accepts it: %s", response)
	}
}

// payload returns the bytes of a message.
func payload(t *testing.T, message fixture) []byte {
	t.Helper()
	if message.PayloadBase64 != nil {
		decoded, err := base64.StdEncoding.DecodeString(*message.PayloadBase64)
		if err != nil {
			t.Fatal(err)
		}
		return decoded
	}
	if message.Payload == nil {
		t.Fatal("the fixture has no payload")
	}
	return []byte(*message.Payload)
}

// readFixtures returns the messages of one kind.
func readFixtures(t *testing.T, folder, kind string) []fixture {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, kind+"*.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	var fixtures []fixture
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, len(text)+1)
		for lines.Scan() {
			var message fixture
			if err := json.Unmarshal(lines.Bytes(), &message); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			fixtures = append(fixtures, message)
		}
	}
	return fixtures
}
