package work

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"schemadiff.local/worker/internal/answer"
	"schemadiff.local/worker/internal/contract/contracttest"
	"schemadiff.local/worker/internal/job"
	"schemadiff.local/worker/internal/retry"
)

// tree is a folder that a runner works in, with another beside it that is none of its business.
type tree struct {
	t      *testing.T
	folder string
	beside string
	*Runner
}

func newTree(t *testing.T, change func(*Settings)) tree {
	t.Helper()
	both := t.TempDir()
	made := tree{t: t, folder: filepath.Join(both, "root"), beside: filepath.Join(both, "beside")}
	for _, folder := range []string{made.folder, made.beside} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(made.folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	settings := Settings{Root: root, Concurrency: 4, Stall: 5 * time.Second, MostBytes: 1 << 20, Remember: 1000}
	if change != nil {
		change(&settings)
	}
	made.Runner = New(settings, slog.New(slog.DiscardHandler))
	return made
}

var longAgo = time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC)

func (t tree) write(at, content string, changed time.Time) {
	t.t.Helper()
	full := filepath.Join(t.folder, at)
	err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, []byte(content), 0o640), os.Chtimes(full, changed, changed))
	if err != nil {
		t.t.Fatal(err)
	}
}

func (t tree) link(at, to string) {
	t.t.Helper()
	if err := os.Symlink(to, filepath.Join(t.folder, at)); err != nil {
		t.t.Fatal(err)
	}
}

// list names every file below a folder with its content.
func list(t *testing.T, folder string) []string {
	t.Helper()
	found := []string{}
	err := filepath.WalkDir(folder, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		inside, _ := filepath.Rel(folder, at)
		content := "-> "
		if entry.Type().IsRegular() {
			read, err := os.ReadFile(at)
			if err != nil {
				return err
			}
			content = string(read)
		}
		found = append(found, filepath.ToSlash(inside)+"="+content)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return found
}

func (t tree) expect(want ...string) {
	t.t.Helper()
	if got := list(t.t, t.folder); !slices.Equal(got, want) {
		t.t.Errorf("there is %q, not %q", got, want)
	}
}

var jobs int

func task(action job.Action) job.Task {
	return job.Task{ID: "t", Action: action, Source: "inbox", Target: "mirror", Glob: "*", MaxAgeDays: 30}
}

func asked(tasks ...job.Task) job.Job {
	jobs++
	return job.Job{ID: fmt.Sprintf("test-job-%d", jobs), Timeout: 10 * time.Second, Tasks: tasks}
}

// do runs a job, and holds its answer to the contract.
func (t tree) do(wanted job.Job) contracttest.Response {
	t.t.Helper()
	return check(t.t, wanted, t.Run(context.Background(), wanted, contracttest.Today))
}

func check(t *testing.T, wanted job.Job, said answer.Answer) contracttest.Response {
	t.Helper()
	said.JobID = wanted.ID
	first := contracttest.Read(t, said.Append(nil, "v1"))
	for _, task := range wanted.Tasks {
		if task.Action == job.Cleanup { // which v2 has no word for
			return first
		}
	}
	return contracttest.Read(t, said.Append(nil, "v2"))
}

func (t tree) outcome(wanted job.Job, outcome string, files, skipped int) contracttest.Response {
	t.t.Helper()
	response := t.do(wanted)
	if response.Status != "ok" {
		t.t.Fatalf("%+v", response)
	}
	last := response.Results[len(response.Results)-1]
	if last.Outcome != outcome || last.Files != files || last.Skipped != skipped {
		t.t.Errorf("%+v", last)
	}
	return response
}

func (t tree) fails(wanted job.Job, kind retry.Kind, words string) contracttest.Response {
	t.t.Helper()
	response := t.do(wanted)
	if response.ErrorType != string(kind) || !strings.Contains(response.Message, words) {
		t.t.Errorf("%+v", response)
	}
	return response
}

func TestSyncCopiesOnlyWhatChanged(t *testing.T) {
	tree := newTree(t, nil)
	tree.write("inbox/a.csv", "one", longAgo)
	tree.write("inbox/deep/er/b.csv", "two", longAgo)
	tree.write("inbox/c.txt", "three", longAgo)
	tree.write("mirror/own", "stays", longAgo)
	tree.outcome(asked(task(job.Sync)), "done", 3, 0)
	want := []string{
		"inbox/a.csv=one", "inbox/c.txt=three", "inbox/deep/er/b.csv=two",
		"mirror/a.csv=one", "mirror/c.txt=three", "mirror/deep/er/b.csv=two", "mirror/own=stays",
	}
	tree.expect(want...)
	tree.outcome(asked(task(job.Sync)), "unchanged", 0, 0)

	tree.write("inbox/a.csv", "ONE", longAgo.Add(time.Nanosecond))
	tree.write("inbox/c.txt", "three", longAgo.Add(time.Hour)) // touched, but the same
	response := tree.outcome(asked(task(job.Sync)), "done", 1, 0)
	if response.Results[0].Bytes != 3 {
		t.Errorf("%+v", response)
	}
	want[0], want[3] = "inbox/a.csv=ONE", "mirror/a.csv=ONE"
	tree.expect(want...)
	for _, name := range []string{"a.csv", "c.txt"} {
		from, _ := os.Stat(filepath.Join(tree.folder, "inbox", name))
		to, err := os.Stat(filepath.Join(tree.folder, "mirror", name))
		if err != nil || !from.ModTime().Equal(to.ModTime()) || to.Mode() != 0o640 {
			t.Errorf("%s: %v %v, %v", name, to.ModTime(), to.Mode(), err)
		}
	}
}

func TestSyncByName(t *testing.T) {
	tree := newTree(t, nil)
	tree.write("inbox/a.csv", "1", longAgo)
	tree.write("inbox/x/b.csv", "2", longAgo)
	tree.write("inbox/c.txt", "3", longAgo)
	wanted := task(job.Sync)
	wanted.Glob = "?.csv"
	tree.outcome(asked(wanted), "done", 2, 0)
	if got := list(t, filepath.Join(tree.folder, "mirror")); !slices.Equal(got, []string{"a.csv=1", "x/b.csv=2"}) {
		t.Error(got)
	}
}

func TestSyncOfOneFile(t *testing.T) {
	tree := newTree(t, nil)
	tree.write("inbox/a.csv", "1", longAgo)
	wanted := task(job.Sync)
	wanted.Source = "inbox/a.csv"
	tree.outcome(asked(wanted), "done", 1, 0)
	tree.expect("inbox/a.csv=1", "mirror/a.csv=1")
}

func TestLinksAndDevicesAreSkipped(t *testing.T) {
	tree := newTree(t, nil)
	tree.write("inbox/a", "1", longAgo)
	tree.link("inbox/inside", "a")
	tree.link("inbox/outside", tree.beside)
	if err := syscall.Mkfifo(filepath.Join(tree.folder, "inbox/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := "broken \xff folder"
	tree.write("inbox/"+broken+"/b", "2", longAgo)
	tree.write("inbox/z\xff", "3", longAgo)
	tree.outcome(asked(task(job.Sync)), "partial", 2, 4)
	if got := list(t, filepath.Join(tree.folder, "mirror")); !slices.Equal(got, []string{"a=1", "z\xff=3"}) {
		t.Errorf("%q", got)
	}
	tree.outcome(asked(task(job.Scan)), "partial", 2, 4)
}

func TestNothingLeadsOutOfTheRoot(t *testing.T) {
	tree := newTree(t, nil)
	secret := filepath.Join(tree.beside, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(secret, longAgo, longAgo); err != nil {
		t.Fatal(err)
	}
	tree.write("inbox/a", "1", longAgo)
	tree.link("absolute", tree.beside)
	tree.link("relative", "../beside")
	tree.link("file", "../beside/secret")
	tree.link("loop", "loop")
	for _, source := range []string{"absolute", "relative", "file", "relative/secret", "inbox/../../beside", "../beside", "/etc/passwd"} {
		for _, action := range []job.Action{job.Sync, job.Scan} {
			wanted := task(action)
			wanted.Source = source
			response := tree.do(asked(wanted))
			if response.ErrorType != "auth_failed" && response.ErrorType != "validation_error" {
				t.Errorf("%s of %s: %+v", action, source, response)
			}
		}
	}
	for _, target := range []string{"absolute", "relative", "relative/sub", "../beside"} {
		for _, action := range []job.Action{job.Sync, job.Cleanup} {
			wanted := task(action)
			wanted.Target = target
			response := tree.do(asked(wanted))
			if response.ErrorType != "auth_failed" && response.ErrorType != "validation_error" {
				t.Errorf("%s to %s: %+v", action, target, response)
			}
		}
	}
	wanted := task(job.Scan)
	wanted.Source = "loop"
	tree.fails(asked(wanted), retry.Validation, "too many levels")
	if got := list(t, tree.beside); !slices.Equal(got, []string{"secret=secret"}) {
		t.Errorf("%q", got)
	}
}

func TestALinkInTheTargetIsReplacedAndNotFollowed(t *testing.T) {
	tree := newTree(t, nil)
	tree.write("inbox/a", "new", longAgo)
	tree.write("mirror/other", "other", longAgo)
	tree.link("mirror/a", "other")
	tree.outcome(asked(task(job.Sync)), "done", 1, 0)
	tree.expect("inbox/a=new", "mirror/a=new", "mirror/other=other")
}

func TestATargetWithinItsSourceIsRefused(t *testing.T) {
	tree := newTree(t, nil)
	tree.write("inbox/a", "1", longAgo)
	tree.link("alias", "inbox")
	for _, target := range []string{"inbox", "inbox/copy", "inbox/deep/copy", "alias/copy"} {
		wanted := task(job.Sync)
		wanted.Target = target
		tree.fails(asked(wanted), retry.Validation, "lies within, the source")
	}
}

func TestASyncThatFailsLeavesTheTargetAsItWas(t *testing.T) {
	tree := newTree(t, nil)
	tree.write("inbox/a", "new", longAgo)
	tree.write("inbox/b", "new", longAgo)
	tree.write("mirror/a", "old", longAgo.Add(-time.Hour))
	tree.write("mirror/b/file", "in the way", longAgo)
	tree.write("inbox/c/d", "new", longAgo)
	tree.write("mirror/c", "no folder", longAgo)
	before := list(t, tree.folder)
	response := tree.fails(asked(task(job.Sync)), retry.Validation, "mirror/b is a folder")
	if !strings.Contains(response.Message, `task "t", number 1 of 1`) {
		t.Error(response.Message)
	}
	tree.expect(before...)

	wanted := task(job.Sync)
	wanted.Source = "inbox/c"
	wanted.Target = "mirror/c"
	tree.fails(asked(wanted), retry.Validation, "not a directory")
	tree.expect(before...)

	late, cancel := context.WithCancel(context.Background())
	cancel()
	stopped := asked(task(job.Sync))
	if got := check(t, stopped, tree.Run(late, stopped, contracttest.Today)); got.ErrorType != "dependency_unavailable" {
		t.Errorf("%+v", got)
	}
	tree.expect(before...)
}

func TestScan(t *testing.T) {
	tree := newTree(t, nil)
	tree.write("inbox/b", "two", longAgo)
	tree.write("inbox/a/x", "one", longAgo)
	tree.write("inbox/.sync-left/0", "half", longAgo)
	response := tree.outcome(asked(task(job.Scan)), "done", 2, 0)
	result := response.Results[0]
	// printf one > a/x; printf two > b; sha256sum a/x b | sha256sum
	if result.Bytes != 6 || result.SHA256 != "7763127bb4a5a283e5845ec0f50a846e58feaabce26e5bce574e797faf277bf3" || result.Entries[0].Path != "a/x" {
		t.Errorf("%+v", result)
	}
	wanted := task(job.Scan)
	wanted.Source = "nothing"
	tree.fails(asked(wanted), retry.Validation, "no such file")
}

func TestCleanup(t *testing.T) {
	tree := newTree(t, nil)
	edge := time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC) // thirty days before the day of the tests
	tree.write("mirror/old", "12345", edge.Add(-time.Nanosecond))
	tree.write("mirror/deep/old", "1", longAgo)
	tree.write("mirror/old.keep", "", longAgo)
	tree.write("mirror/young", "", edge)
	tree.link("mirror/old.link", "young")
	tree.link("mirror/deep/old.link", tree.beside)
	tree.write("old", "not below mirror", longAgo)
	wanted := task(job.Cleanup)
	wanted.Glob = "old"
	response := tree.outcome(asked(wanted), "done", 2, 0)
	if response.Results[0].Bytes != 6 {
		t.Errorf("%+v", response)
	}
	tree.expect("mirror/deep/old.link=-> ", "mirror/old.keep=", "mirror/old.link=-> ", "mirror/young=", "old=not below mirror")
	tree.outcome(asked(wanted), "unchanged", 0, 0)
	wanted.Target = "nothing"
	tree.outcome(asked(wanted), "unchanged", 0, 0)
}

func TestADayInTheFutureMakesNothingOld(t *testing.T) {
	tree := newTree(t, nil)
	tree.write("mirror/young", "", time.Now())
	wanted := asked(task(job.Cleanup))
	said := tree.Run(context.Background(), wanted, time.Now().AddDate(10, 0, 0))
	if got := check(t, wanted, said); got.Results[0].Files != 0 {
		t.Errorf("%+v", got)
	}
	tree.expect("mirror/young=")
}

func TestFilesThatMayNotBeRead(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	tree := newTree(t, nil)
	tree.write("inbox/a", "1", longAgo)
	if err := os.Chmod(filepath.Join(tree.folder, "inbox/a"), 0); err != nil {
		t.Fatal(err)
	}
	tree.fails(asked(task(job.Sync)), retry.Auth, "permission denied")
}

func TestFileFailure(t *testing.T) {
	for kind, errs := range map[retry.Kind][]error{
		retry.Auth:        {fs.ErrPermission, syscall.EACCES, syscall.EPERM},
		retry.Validation:  {fs.ErrNotExist, syscall.ENOENT, syscall.ENOTDIR, syscall.EISDIR, syscall.ENAMETOOLONG, syscall.ELOOP},
		retry.Unavailable: {syscall.ENOSPC, syscall.EIO, syscall.EROFS, syscall.EMFILE, errors.New("else")},
	} {
		for _, err := range errs {
			if got := fileFailure(&fs.PathError{Op: "open", Path: "a", Err: err}); got.Kind != kind {
				t.Errorf("%v is %s", err, got.Kind)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	for _, each := range []struct {
		glob, name string
		want       bool
	}{
		{"*", "", true}, {"*", "a", true}, {"?", "ü", true}, {"?", "", false}, {"?", "ab", false},
		{"a*c", "abbc", true}, {"a*c", "ac", true}, {"a*c", "acb", false}, {"*.csv", ".csv", true}, {"*.csv", "a.csv.x", false},
		{"a*b*c", "aXbXbc", true}, {"**", "x", true}, {"*?", "", false}, {"[a]", "a", false}, {"[a]", "[a]", true}, {`\*`, "*", false},
	} {
		if got := match(each.glob, each.name); got != each.want {
			t.Errorf("match(%q, %q) = %v", each.glob, each.name, got)
		}
	}
	began := time.Now()
	match(strings.Repeat("a*", 60)+"b", strings.Repeat("a", 250))
	if took := time.Since(began); took > time.Second {
		t.Errorf("a hostile glob took %s", took)
	}
}
