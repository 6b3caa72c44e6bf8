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

// fixture is one message of the producer's tests, with what the consumer answers.
type fixture struct {
	Name          string  `json:"name"`
	Contract      string  `json:"contract"`
	Version       *string `json:"version"`
	Payload       *string `json:"payload,omitempty"`
	PayloadBase64 *string `json:"payload_base64,omitempty"`
	Response      string  `json:"response"`
}

// TestConsumerAnswersTheProducer has consume answer every message that the producer's tests left, those that the
// contract allows and those that it refuses. The answers are left for `schemadiff replay --exchanges`, which holds them
// against their own contract.
func TestConsumerAnswersTheProducer(t *testing.T) {
	folder := os.Getenv("CONTRACT_FIXTURES")
	if folder == "" {
		t.Skip("CONTRACT_FIXTURES does not name the folder that the producer's tests filled")
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
		for _, each := range messages {
			t.Run(kind+"/"+each.Name, func(t *testing.T) {
				answer(t, exchanges, each, kind == "valid")
			})
		}
	}
}

func answer(t *testing.T, exchanges io.Writer, message fixture, valid bool) {
	response := consume(payload(t, message))
	message.Response = string(response)
	line, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exchanges.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	var told struct {
		Status    string `json:"status"`
		ErrorType string `json:"error_type"`
	}
	if err := json.Unmarshal(response, &told); err != nil {
		t.Fatalf("the answer is not JSON (%v): %s", err, response)
	}
	switch refused := told.Status == "error" && told.ErrorType == "validation_error"; {
	case valid && told.Status == "error":
		t.Errorf("the contract allows this message, and the consumer does not take it: %s", response)
	case !valid && !refused:
		t.Errorf("the contract refuses this message, and the consumer does not: %s", response)
	}
}

func payload(t *testing.T, message fixture) []byte {
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

func readFixtures(t *testing.T, folder, kind string) []fixture {
	files, err := filepath.Glob(filepath.Join(folder, kind+"*.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	var found []fixture
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, len(text)+1)
		for lines.Scan() {
			var each fixture
			if err := json.Unmarshal(lines.Bytes(), &each); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			found = append(found, each)
		}
	}
	return found
}
