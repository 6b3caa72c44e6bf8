// Package contracttest validates and decodes job_response documents in tests.
package contracttest

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/schemadiff/schemadiff/contracts"
	"github.com/schemadiff/schemadiff/go_worker/internal/contract"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
)

// Today is the day on which tests run: every version is in use.
var Today = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// Response is the part of a job_response that tests examine.
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

// Result is the part of a task's result that tests examine.
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

// Decode decodes a response of Today. It fails the test if the response is not valid.
func Decode(t testing.TB, document []byte) Response {
	t.Helper()
	return DecodeOn(t, document, Today)
}

// loadResponses compiles the contract once: a test may decode thousands of responses.
var loadResponses = sync.OnceValues(func() (*contract.Contract, error) {
	return contract.Load(contracts.Files, "job_response", response.Versions)
})

// DecodeOn decodes a response of the given day. On a day without a version in use the response must be
// valid under the oldest version.
func DecodeOn(t testing.TB, document []byte, day time.Time) Response {
	t.Helper()
	responses, err := loadResponses()
	if err != nil {
		t.Fatal(err)
	}
	value, err := strictjson.Parse(string(document))
	if err != nil {
		t.Fatalf("the response is not JSON: %v\n%s", err, document)
	}
	if len(responses.VersionsInUse(day)) == 0 {
		day = responses.Versions[0].Published
	}
	if result := responses.Validate(value, day); len(result.Problems) > 0 {
		t.Fatalf("the response is not valid: %v\n%s", result.Problems, document)
	}
	var decoded Response
	if err := json.Unmarshal(document, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}
