package tasks

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"

	"github.com/schemadiff/schemadiff/go_worker/internal/job"
	"github.com/schemadiff/schemadiff/go_worker/internal/response"
	"github.com/schemadiff/schemadiff/go_worker/internal/retry"
)

// syncFolder copies the files that changed from one folder to another.
func (r *Runner) syncFolder(ctx context.Context, task job.Task) (response.Result, error) {
	if err := r.checkTargetOutsideSource(task.Source, task.Target); err != nil {
		return response.Result{}, err
	}
	files, skipped, err := r.walk(ctx, task.Source, task.Glob)
	if err != nil {
		return response.Result{}, err
	}
	staged := newStaging(r.config.Root, task.Target)
	defer staged.discard()
	for _, file := range files {
		target := path.Join(task.Target, file.relative)
		if r.unchanged(file, target) {
			continue
		}
		err := r.stageFile(ctx, staged, file, target)
		if errors.Is(err, errSourceRemoved) {
			skipped++
			continue
		}
		if err != nil {
			return response.Result{}, err
		}
	}
	return staged.commit(ctx, skipped)
}

// errSourceRemoved distinguishes a source file that was removed meanwhile from a missing target.
var errSourceRemoved = errors.New("the source file was removed")

func (r *Runner) stageFile(ctx context.Context, staged *staging, source file, target string) error {
	opened, err := r.open(source.path)
	if errors.Is(err, fs.ErrNotExist) {
		return errSourceRemoved
	}
	if err != nil {
		return err
	}
	defer opened.Close()
	return staged.add(ctx, opened, target, source.modified, source.mode)
}

// unchanged reports whether the target has the size and the modification time of the source.
func (r *Runner) unchanged(source file, target string) bool {
	info, err := r.config.Root.Lstat(target)
	return err == nil && info.Mode().IsRegular() && info.Size() == source.size && info.ModTime().Equal(source.modified)
}

// checkTargetOutsideSource returns an error if the target is the source or lies within it: each sync
// would copy the copies of the previous one. It compares the folders and not their names, since
// symbolic links give a folder several names.
func (r *Runner) checkTargetOutsideSource(source, target string) error {
	sourceInfo, err := r.config.Root.Stat(source)
	if err != nil {
		return err
	}
	for folder := target; folder != "."; folder = path.Dir(folder) {
		info, err := r.config.Root.Stat(folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if os.SameFile(sourceInfo, info) {
			return retry.Errorf(retry.Validation, "the target %s is the source %s or lies within it", target, source)
		}
	}
	return nil
}
