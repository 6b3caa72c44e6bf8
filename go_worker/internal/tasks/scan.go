package tasks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"

	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
)

// scanFolder lists the sizes and checksums of the files at or below a path.
func (r *Runner) scanFolder(ctx context.Context, task job.Task) (response.Result, error) {
	files, skipped, err := r.walk(ctx, task.Source, task.Glob)
	if err != nil {
		return response.Result{}, err
	}
	list := newListing()
	for _, file := range files {
		size, sum, err := r.checksum(ctx, file.path)
		if errors.Is(err, fs.ErrNotExist) {
			skipped++
			continue
		}
		if err != nil {
			return response.Result{}, err
		}
		list.add(response.Entry{Path: file.relative, Bytes: size, SHA256: sum})
	}
	return list.result(skipped), nil
}

func (r *Runner) checksum(ctx context.Context, name string) (size int64, sum string, err error) {
	opened, err := r.open(name)
	if err != nil {
		return 0, "", err
	}
	defer opened.Close()
	hash := sha256.New()
	size, err = copyBytes(ctx, hash, opened)
	return size, hex.EncodeToString(hash.Sum(nil)), err
}

// listing accumulates the result of a scan. Its checksum is that of the lines that sha256sum prints for
// the files.
type listing struct {
	sum     hash.Hash
	entries []response.Entry // at most response.MaxEntries
	files   int64
	bytes   int64
}

func newListing() *listing { return &listing{sum: sha256.New(), entries: []response.Entry{}} }

func (l *listing) add(entry response.Entry) {
	fmt.Fprintf(l.sum, "%s  %s\n", entry.SHA256, entry.Path)
	if len(l.entries) < response.MaxEntries {
		l.entries = append(l.entries, entry)
	}
	l.files++
	l.bytes += entry.Bytes
}

func (l *listing) result(skipped int64) response.Result {
	outcome := response.Done
	if skipped > 0 {
		outcome = response.Partial
	}
	return response.Result{
		Outcome: outcome, Files: l.files, Bytes: l.bytes, Skipped: skipped,
		SHA256: hex.EncodeToString(l.sum.Sum(nil)), Entries: l.entries,
	}
}
