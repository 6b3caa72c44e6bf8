// Package contracttest holds tests to the contracts: whatever a worker says has to be a
// job_response.
package contracttest

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"schemadiff.local/contracts"
	"schemadiff.local/worker/internal/answer"
	"schemadiff.local/worker/internal/contract"
	"schemadiff.local/worker/internal/exact"
)

// Today is the day of every test: all versions are in use.
var Today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// Response is what tests look at in a job_response.
type Response struct {
	SchemaVersion string   `json:"schema_version"`
	Status        string   `json:"status"`
	JobID         *string  `json:"job_id"`
	TraceID       string   `json:"trace_id"`
	ErrorType     string   `json:"error_type"`
	Message       string   `json:"message"`
	Retryable     bool     `json:"retryable"`
	RetryAfter    int      `json:"retry_after_ms"`
	TimeoutMS     int      `json:"timeout_ms"`
	MaxRetries    int      `json:"max_retries"`
	Results       []Result `json:"results"`
	Plan          []struct {
		Description string `json:"description"`
	} `json:"plan"`
	Timing struct {
		Attempts int `json:"attempts"`
	} `json:"timing"`
}

// Result is what tests look at in the result of a task.
type Result struct {
	Outcome string `json:"outcome"`
	Files   int    `json:"files"`
	Bytes   int    `json:"bytes"`
	Skipped int    `json:"skipped"`
	SHA256  string `json:"sha256"`
	Entries []struct {
		Path string `json:"path"`
	} `json:"entries"`
}

// Read reads a response of today, and fails the test if it breaks the contract.
func Read(t testing.TB, document []byte) Response {
	t.Helper()
	return ReadOn(t, document, Today)
}

// compiled is done once: thousands of responses are read in one test.
var compiled = sync.OnceValues(func() (*contract.Contract, error) {
	return contract.Load(contracts.Files, "job_response", answer.Versions)
})

// ReadOn reads a response of a day. On a day without any version in use the oldest has to serve.
func ReadOn(t testing.TB, document []byte, day time.Time) Response {
	t.Helper()
	responses, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	value, err := exact.Read(string(document))
	if err != nil {
		t.Fatalf("the response is not JSON: %v\n%s", err, document)
	}
	if len(responses.InUse(day)) == 0 {
		day = responses.Versions[0].Published
	}
	if verdict := responses.Judge(value, day); len(verdict.Problems) > 0 {
		t.Fatalf("the response breaks the contract: %v\n%s", verdict.Problems, document)
	}
	var response Response
	if err := json.Unmarshal(document, &response); err != nil {
		t.Fatal(err)
	}
	return response
}
