package response_test

import (
	"fmt"

	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

// The same response in every version of job_response.
func ExampleResponse_Encode() {
	limited := response.Response{JobID: "nightly-0001", TraceID: "4bf92f3577b34da6a3ce929d0e0e4736", Err: retry.Errorf(retry.RateLimited, "429 Too Many Requests")}
	for _, version := range response.Versions {
		fmt.Println(string(limited.Encode(version).JSON))
	}
	// Output:
	// {"schema_version":"v1","status":"error","job_id":"nightly-0001","error_type":"rate_limited","message":"429 Too Many Requests","retryable":true}
	// {"schema_version":"v2","status":"error","job_id":"nightly-0001","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","error_type":"rate_limited","message":"429 Too Many Requests","retryable":true}
}
