package frame_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/frame"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

// upper is a handler that responds with the payload in capitals.
type upper struct{}

func (upper) Handle(_ context.Context, payload string, _ time.Time) response.Encoded {
	return response.Encoded{JSON: []byte(strings.ToUpper(payload))}
}

func (upper) Reject(err *retry.Error, _ time.Time) response.Encoded {
	return response.Encoded{JSON: []byte(err.Error()), Err: err}
}

func (upper) HandlePanic(cause any, _ time.Time) response.Encoded {
	return response.Encoded{JSON: fmt.Append(nil, cause)}
}

// The worker introduces itself, and then replies to each frame.
func ExampleServer_Serve() {
	ctx := context.Background()
	server := frame.Server{
		Handler:      upper{},
		Capabilities: frame.Capabilities{Service: "upper", Release: "1.0.0", Concurrency: 1},
		Today:        func() time.Time { return time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC) },
		Concurrency:  1,
		BatchSize:    1,
	}
	in := `{"protocol": "schemadiff/1", "id": "17", "payload": "hello"}
{"protocol": "schemadiff/1", "id": "18"}
`
	if err := server.Serve(ctx, ctx, strings.NewReader(in), os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// {"protocol":"schemadiff/1","kind":"capabilities","service":"upper","release":"1.0.0","accepts":null,"answers":null,"max_frame_bytes":16777216,"concurrency":1,"dry_run":false}
	// {"protocol":"schemadiff/1","kind":"reply","id":"17","response":"HELLO"}
	// {"protocol":"schemadiff/1","kind":"reply","id":"18","response":"the frame must have either payload or payload_base64, as a string"}
}
