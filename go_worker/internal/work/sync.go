package work

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"schemadiff.local/worker/internal/answer"
	"schemadiff.local/worker/internal/job"
	"schemadiff.local/worker/internal/retry"
)

// sync copies the files that changed from one folder to another.
func (r *Runner) sync(ctx context.Context, task job.Task) (answer.Result, error) {
	if err := r.apart(task.Source, task.Target); err != nil {
		return answer.Result{}, err
	}
	files, skipped, err := r.walk(ctx, task.Source, task.Glob)
	if err != nil {
		return answer.Result{}, err
	}
	stage := r.newStage(task.Target)
	defer stage.clear()
	for _, each := range files {
		target := path.Join(task.Target, each.inside)
		if r.same(each, target) {
			continue
		}
		err := r.stageFile(ctx, stage, each, target)
		if errors.Is(err, errGone) {
			skipped++
			continue
		}
		if err != nil {
			return answer.Result{}, err
		}
	}
	return stage.commit(ctx, skipped)
}

var errGone = errors.New("the file went away")

func (r *Runner) stageFile(ctx context.Context, stage *stage, from file, target string) error {
	opened, err := r.open(from.path)
	if errors.Is(err, fs.ErrNotExist) {
		return errGone
	}
	if err != nil {
		return err
	}
	defer opened.Close()
	return stage.add(ctx, opened, target, from.changed, from.mode)
}

// same tells by size and time whether the target has the file already.
func (r *Runner) same(from file, target string) bool {
	info, err := r.settings.Root.Lstat(target)
	return err == nil && info.Mode().IsRegular() && info.Size() == from.size && info.ModTime().Equal(from.changed)
}

// apart refuses a target within its source: each sync would copy the copies of the one before.
// It compares the folders themselves, since links give them many names.
func (r *Runner) apart(source, target string) error {
	from, err := r.settings.Root.Stat(source)
	if err != nil {
		return err
	}
	for at := target; at != "."; at = path.Dir(at) {
		info, err := r.settings.Root.Stat(at)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if os.SameFile(from, info) {
			return &retry.Failure{Kind: retry.Validation, Message: fmt.Sprintf("the target %s is, or lies within, the source %s", target, source)}
		}
	}
	return nil
}

// stage collects new files beside their target, and moves them into place only when all are
// complete. A job that fails or runs out of time leaves the target as it was, and no reader ever
// sees half a file. Nothing is forced to the disk: a machine that fails may lose new content, and
// the next sync sees by size and time that it has to be copied again.
type stage struct {
	root   *os.Root
	target string // the folder that the files go to
	folder string // of the staged files; empty until there is one
	files  []staged
}

type staged struct {
	at, target string
	bytes      int64
}

func (r *Runner) newStage(target string) *stage {
	return &stage{root: r.settings.Root, target: target}
}

// add stages one file, unless the target has the same content: then it only gets the time.
func (s *stage) add(ctx context.Context, from io.Reader, target string, changed time.Time, mode fs.FileMode) error {
	if err := s.free(target); err != nil {
		return err
	}
	if s.folder == "" {
		folder := path.Join(s.target, staging+strings.ToLower(rand.Text()))
		if err := s.root.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		s.folder = folder
	}
	at := path.Join(s.folder, fmt.Sprint(len(s.files)))
	written, sum, err := s.write(ctx, from, at, mode)
	if err != nil {
		return err
	}
	if !changed.IsZero() {
		if err := s.root.Chtimes(at, changed, changed); err != nil {
			return err
		}
	}
	if s.has(ctx, target, written, sum) {
		if !changed.IsZero() {
			if err := s.root.Chtimes(target, changed, changed); err != nil {
				return err
			}
		}
		return s.root.Remove(at)
	}
	s.files = append(s.files, staged{at: at, target: target, bytes: written})
	return nil
}

// free tells whether a file can be moved to the target: what is in the way has to be found before
// the first move.
func (s *stage) free(target string) error {
	info, err := s.root.Lstat(target)
	if err == nil && info.IsDir() {
		return &retry.Failure{Kind: retry.Validation, Message: target + " is a folder, and the source has a file of that name"}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (s *stage) write(ctx context.Context, from io.Reader, at string, mode fs.FileMode) (int64, []byte, error) {
	created, err := s.root.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, nil, err
	}
	hash := sha256.New()
	written, err := copyBytes(ctx, io.MultiWriter(created, hash), from)
	err = errors.Join(err, created.Chmod(mode), created.Close())
	return written, hash.Sum(nil), err
}

// has tells whether the target is a file of this content.
func (s *stage) has(ctx context.Context, target string, size int64, sum []byte) bool {
	info, err := s.root.Lstat(target)
	if err != nil || !info.Mode().IsRegular() || info.Size() != size {
		return false
	}
	opened, err := s.root.Open(target)
	if err != nil {
		return false
	}
	defer opened.Close()
	hash := sha256.New()
	_, err = copyBytes(ctx, hash, opened)
	return err == nil && bytes.Equal(hash.Sum(nil), sum)
}

// commit moves the staged files into place. From here on the job's time no longer counts: the
// moves are few and short, and to stop between them would leave a mixture.
func (s *stage) commit(ctx context.Context, skipped int64) (answer.Result, error) {
	if err := ctx.Err(); err != nil {
		return answer.Result{}, err
	}
	result := answer.Result{Outcome: answer.Unchanged, Skipped: skipped}
	for _, each := range s.files {
		if err := s.root.MkdirAll(path.Dir(each.target), 0o755); err != nil {
			return result, err
		}
		if err := s.root.Rename(each.at, each.target); err != nil {
			return result, err
		}
		result.Files++
		result.Bytes += each.bytes
		result.Outcome = answer.Done
	}
	if skipped > 0 {
		result.Outcome = answer.Partial
	}
	return result, nil
}

func (s *stage) clear() {
	if s.folder != "" {
		_ = s.root.RemoveAll(s.folder) // what stays is passed over by every walk
	}
}
