package httpapi_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/frame"
	"github.com/schemadiff/schemadiff/go_worker/internal/httpapi"
	"github.com/schemadiff/schemadiff/go_worker/internal/worker"
)

// A job is posted to /jobs. The status code follows from the error_type of the response.
func ExampleAPI_Handler() {
	w, err := worker.New(nil, slog.New(slog.DiscardHandler)) // a dry run
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(httpapi.API{
		Worker:       w,
		Capabilities: frame.Capabilities{Service: worker.Service, Release: worker.Release},
		Today:        func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) },
		Jobs:         context.Background(),
		Stop:         context.Background(),
		QueueSize:    10,
	}.Handler())
	defer server.Close()

	got, err := http.Post(server.URL+"/jobs", "application/json", strings.NewReader(`{"schema_version": "v3"}`))
	if err != nil {
		panic(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(got.Status)
	fmt.Println(string(body))
	// Output:
	// 422 Unprocessable Entity
	// {"schema_version":"v1","status":"error","job_id":null,"error_type":"validation_error","message":"not a valid job_request: /schema_version: is \"v3\", which this worker does not support; in use: v1, v2","retryable":false}
}
