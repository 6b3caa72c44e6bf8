package contracttests

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"unicode/utf8"
)

// consume returns the response to one message. Let it call the handler of your worker; this one implements the example
// contract.
func consume(payload []byte) []byte {
	var job any
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	reason := ""
	if err := decoder.Decode(&job); err != nil {
		reason = "the message is not JSON: " + err.Error()
	} else if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		reason = "unexpected text after the message"
	} else {
		reason = check(job)
	}
	// A map and not a struct, whose field timeout_seconds would also be set by TIMEOUT_SECONDS.
	properties, _ := job.(map[string]any)
	id, known := properties["job_id"].(string)
	response := map[string]any{"schema_version": "v1", "job_id": nil, "status": "ok"}
	if known && utf8.RuneCountInString(id) <= 256 {
		response["job_id"] = id
	}
	if reason != "" {
		response["status"], response["error_type"] = "error", "validation_error"
		response["message"], response["retryable"] = reason, false
	}
	document, err := json.Marshal(response)
	if err != nil {
		panic(err)
	}
	return document
}

// check returns why a message is invalid, or "" if it is valid.
func check(message any) string {
	job, ok := message.(map[string]any)
	if !ok {
		return "the message is not an object"
	}
	if job["schema_version"] != "v1" {
		return "schema_version is not v1"
	}
	id, ok := job["job_id"].(string)
	if length := utf8.RuneCountInString(id); !ok || length < 1 || length > 64 {
		return "job_id is not a string of 1 to 64 characters"
	}
	number, _ := job["timeout_seconds"].(json.Number)
	seconds, ok := new(big.Rat).SetString(number.String())
	if !ok || !seconds.IsInt() || seconds.Cmp(big.NewRat(1, 1)) < 0 || seconds.Cmp(big.NewRat(3600, 1)) > 0 {
		return "timeout_seconds is not an integer from 1 to 3600"
	}
	return ""
}
