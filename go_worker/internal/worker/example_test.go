package worker_test

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/worker"
)

// Without a runner a worker is in a dry run: it responds with a plan.
func ExampleWorker_Handle() {
	w, err := worker.New(nil, slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	payload := `{"schema_version": "v1", "job_id": "nightly-0001", "timeout_seconds": 30, "tasks": [{"id": "a", "action": "scan"}]}`
	encoded := w.Handle(context.Background(), payload, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	fmt.Println(string(encoded.JSON))
	// Output:
	// {"schema_version":"v1","status":"planned","job_id":"nightly-0001","as_of":"2026-11-23","timeout_ms":30000,"max_retries":0,"plan":[{"task_id":"a","action":"scan","description":"list size and checksum of the files below inbox"}]}
}
