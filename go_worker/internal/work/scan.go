package work

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"time"

	"schemadiff.local/worker/internal/answer"
	"schemadiff.local/worker/internal/job"
)

// scan lists sizes and checksums.
func (r *Runner) scan(ctx context.Context, task job.Task) (answer.Result, error) {
	files, skipped, err := r.walk(ctx, task.Source, task.Glob)
	if err != nil {
		return answer.Result{}, err
	}
	list := newListing()
	for _, each := range files {
		size, sum, err := r.checksum(ctx, each.path)
		if errors.Is(err, fs.ErrNotExist) {
			skipped++
			continue
		}
		if err != nil {
			return answer.Result{}, err
		}
		list.add(answer.Entry{Path: each.inside, Bytes: size, SHA256: sum})
	}
	return list.result(skipped), nil
}

func (r *Runner) checksum(ctx context.Context, at string) (size int64, sum string, err error) {
	opened, err := r.open(at)
	if err != nil {
		return 0, "", err
	}
	defer opened.Close()
	hash := sha256.New()
	size, err = copyBytes(ctx, hash, opened)
	return size, hex.EncodeToString(hash.Sum(nil)), err
}

// listing is a scan so far. The sum over all files is that of the lines that sha256sum prints for them.
type listing struct {
	sum     hash.Hash
	entries []answer.Entry
	files   int64
	bytes   int64
}

func newListing() *listing { return &listing{sum: sha256.New(), entries: []answer.Entry{}} }

func (l *listing) add(entry answer.Entry) {
	fmt.Fprintf(l.sum, "%s  %s\n", entry.SHA256, entry.Path)
	if len(l.entries) < answer.MostEntries {
		l.entries = append(l.entries, entry)
	}
	l.files++
	l.bytes += entry.Bytes
}

func (l *listing) result(skipped int64) answer.Result {
	outcome := answer.Done
	if skipped > 0 {
		outcome = answer.Partial
	}
	return answer.Result{
		Outcome: outcome, Files: l.files, Bytes: l.bytes, Skipped: skipped,
		SHA256: hex.EncodeToString(l.sum.Sum(nil)), Entries: l.entries,
	}
}

// cleanup deletes the files that were last changed before a day. Folders stay.
func (r *Runner) cleanup(ctx context.Context, task job.Task, cutoff time.Time) (answer.Result, error) {
	result := answer.Result{Outcome: answer.Unchanged}
	files, skipped, err := r.walk(ctx, task.Target, task.Glob)
	if errors.Is(err, fs.ErrNotExist) { // nothing there, nothing old there
		return result, nil
	}
	if err != nil {
		return result, err
	}
	for _, each := range files {
		if err := ctx.Err(); err != nil {
			return result, err
		}
		if !each.changed.Before(cutoff) {
			continue
		}
		err := r.settings.Root.Remove(each.path)
		if errors.Is(err, fs.ErrNotExist) {
			skipped++
			continue
		}
		if err != nil {
			return result, err
		}
		result.Files++
		result.Bytes += each.size
		result.Outcome = answer.Done
	}
	if result.Skipped = skipped; skipped > 0 {
		result.Outcome = answer.Partial
	}
	return result, nil
}
