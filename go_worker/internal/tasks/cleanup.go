package tasks

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
)

// cleanup deletes the files that were last modified before the cutoff. It deletes no folders.
func (r *Runner) cleanup(ctx context.Context, task job.Task, cutoff time.Time) (response.Result, error) {
	result := response.Result{Outcome: response.Unchanged}
	files, skipped, err := r.walk(ctx, task.Target, task.Glob)
	if errors.Is(err, fs.ErrNotExist) { // a folder that does not exist has no old files
		return result, nil
	}
	if err != nil {
		return result, err
	}
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return result, err
		}
		if !file.modified.Before(cutoff) {
			continue
		}
		err := r.config.Root.Remove(file.path)
		if errors.Is(err, fs.ErrNotExist) {
			skipped++
			continue
		}
		if err != nil {
			return result, err
		}
		result.Files++
		result.Bytes += file.size
		result.Outcome = response.Done
	}
	if result.Skipped = skipped; skipped > 0 {
		result.Outcome = response.Partial
	}
	return result, nil
}
