package dedupe_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/schemadiff/schemadiff/go_worker/internal/dedupe"
)

// A repeated job gets the first value; another job under the same id is a conflict.
func ExampleCache_Do() {
	ctx := context.Background()
	cache := dedupe.New(1000, func(value string) int { return len(value) })
	runJob := func() (string, bool) {
		fmt.Println("running")
		return "copied 3 files", true
	}
	for range 2 {
		value, cached, err := cache.Do(ctx, "nightly-0001", sha256.Sum256([]byte("sync")), runJob)
		fmt.Println(value, cached, err)
	}
	_, _, err := cache.Do(ctx, "nightly-0001", sha256.Sum256([]byte("scan")), runJob)
	fmt.Println(errors.Is(err, dedupe.ErrConflict))
	// Output:
	// running
	// copied 3 files false <nil>
	// copied 3 files true <nil>
	// true
}
