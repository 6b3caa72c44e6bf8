package tasks

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

// stagingPrefix begins the name of a staging folder. Every walk skips these folders.
const stagingPrefix = ".sync-"

const abandonedAfter = time.Minute

// staging collects new files in a folder beside their targets, and renames them to their targets when
// all are complete. A job that fails or times out leaves the targets unchanged, and no reader sees an
// incomplete file.
//
// Files are not synced to disk: after a system crash new content may be missing, and the next sync
// copies it again, since size or modification time differ.
type staging struct {
	root   *os.Root
	target string   // the folder of the targets
	folder string   // the staging folder; empty until it is created
	lock   *os.File // the open staging folder, locked while the job runs
	files  []stagedFile
}

type stagedFile struct {
	path, target string
	bytes        int64
}

func newStaging(root *os.Root, target string) *staging {
	return &staging{root: root, target: target}
}

// add stages one file. If the target has the same content already, add only sets its modification
// time. A zero time is not set.
func (s *staging) add(ctx context.Context, from io.Reader, target string, modified time.Time, mode fs.FileMode) error {
	if err := s.checkReplaceable(target); err != nil {
		return err
	}
	if s.folder == "" {
		if err := s.createFolder(); err != nil {
			return err
		}
	}
	name := path.Join(s.folder, strconv.Itoa(len(s.files)))
	size, sum, err := s.write(ctx, from, name, mode)
	if err != nil {
		return err
	}
	if err := s.setModified(name, modified); err != nil {
		return err
	}
	if s.hasContent(ctx, target, size, sum) {
		if err := s.setModified(target, modified); err != nil {
			return err
		}
		return s.root.Remove(name)
	}
	s.files = append(s.files, stagedFile{path: name, target: target, bytes: size})
	return nil
}

// createFolder creates and locks the staging folder, after those that killed workers have left beside it.
func (s *staging) createFolder() error {
	s.removeAbandoned()
	folder := path.Join(s.target, stagingPrefix+strings.ToLower(rand.Text()))
	if err := s.root.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	s.folder = folder
	lock, err := s.root.Open(folder)
	if err != nil {
		return err
	}
	s.lock = lock
	return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// removeAbandoned removes the staging folders that no running job has locked. Young ones stay, for their
// job may be about to lock them. A folder that cannot be removed is skipped by every walk.
func (s *staging) removeAbandoned() {
	entries, _ := fs.ReadDir(s.root.FS(), path.Clean(s.target))
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.IsDir() || !strings.HasPrefix(entry.Name(), stagingPrefix) || time.Since(info.ModTime()) < abandonedAfter {
			continue
		}
		folder := path.Join(s.target, entry.Name())
		opened, err := s.root.Open(folder)
		if err != nil {
			continue
		}
		if syscall.Flock(int(opened.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = s.root.RemoveAll(folder)
		}
		opened.Close()
	}
}

func (s *staging) setModified(name string, modified time.Time) error {
	if modified.IsZero() {
		return nil
	}
	return s.root.Chtimes(name, modified, modified)
}

// checkReplaceable returns an error if no file can be renamed to the target. This must be known before
// the first rename.
func (s *staging) checkReplaceable(target string) error {
	info, err := s.root.Lstat(target)
	if err == nil && info.IsDir() {
		return retry.Errorf(retry.Validation, "%s is a folder, and the source has a file of that name", target)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// write creates a file and returns its size and checksum.
func (s *staging) write(ctx context.Context, from io.Reader, name string, mode fs.FileMode) (int64, []byte, error) {
	created, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, nil, err
	}
	hash := sha256.New()
	size, err := copyBytes(ctx, io.MultiWriter(created, hash), from)
	err = errors.Join(err, created.Chmod(mode), created.Close())
	return size, hash.Sum(nil), err
}

// hasContent reports whether the target is a regular file with this size and checksum.
func (s *staging) hasContent(ctx context.Context, target string, size int64, sum []byte) bool {
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

// commit renames the staged files to their targets. Once it has started it ignores ctx: the renames
// are few and fast, and stopping in between would leave a mixture of old and new files.
func (s *staging) commit(ctx context.Context, skipped int64) (response.Result, error) {
	if err := ctx.Err(); err != nil {
		return response.Result{}, err
	}
	result := response.Result{Outcome: response.Unchanged, Skipped: skipped}
	for _, file := range s.files {
		if err := s.root.MkdirAll(path.Dir(file.target), 0o755); err != nil {
			return result, err
		}
		if err := s.root.Rename(file.path, file.target); err != nil {
			return result, err
		}
		result.Files++
		result.Bytes += file.bytes
		result.Outcome = response.Done
	}
	if skipped > 0 {
		result.Outcome = response.Partial
	}
	return result, nil
}

// discard removes the staging folder. A folder that cannot be removed is skipped by every walk.
func (s *staging) discard() {
	if s.folder != "" {
		_ = s.root.RemoveAll(s.folder)
	}
	if s.lock != nil {
		s.lock.Close()
	}
}
