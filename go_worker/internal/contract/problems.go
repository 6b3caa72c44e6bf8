package contract

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"schemadiff.local/worker/internal/exact"
)

// Problems returns everything that is wrong with a value under this version, in the order of the
// places; nothing if the value is valid.
func (v Version) Problems(value any) []Problem {
	err := v.schema.Validate(value)
	if err == nil {
		return nil
	}
	var failed *jsonschema.ValidationError
	if !errors.As(err, &failed) {
		return []Problem{{Words: err.Error()}}
	}
	found := leaves(failed, value)
	slices.SortStableFunc(found, func(a, b problem) int {
		if order := slices.CompareFunc(a.place, b.place, compareSteps); order != 0 {
			return order
		}
		return strings.Compare(a.words, b.words)
	})
	problems := make([]Problem, 0, len(found))
	for _, each := range found {
		problems = append(problems, Problem{At: exact.Pointer(each.place), Words: each.words})
	}
	return slices.Compact(problems)
}

type problem struct {
	place []string
	words string
}

// compareSteps orders names as text and indices as numbers.
func compareSteps(a, b string) int {
	i, errA := strconv.Atoi(a)
	j, errB := strconv.Atoi(b)
	if errA == nil && errB == nil {
		return i - j
	}
	return strings.Compare(a, b)
}

func leaves(failed *jsonschema.ValidationError, root any) []problem {
	switch failed.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf:
		if len(failed.Causes) > 0 {
			return alternatives(failed, root)
		}
	}
	if len(failed.Causes) == 0 {
		return words(failed, root)
	}
	var found []problem
	for _, cause := range failed.Causes {
		found = append(found, leaves(cause, root)...)
	}
	return found
}

// alternatives folds the failed branches into one problem: each reason alone would read as if it
// had to be met.
func alternatives(failed *jsonschema.ValidationError, root any) []problem {
	var reasons []string
	for _, cause := range failed.Causes {
		var branch []string
		for _, each := range leaves(cause, root) {
			text := each.words
			if inside := each.place[len(failed.InstanceLocation):]; len(inside) > 0 {
				text = exact.Pointer(inside) + " " + text
			}
			branch = append(branch, text)
		}
		slices.Sort(branch)
		if reason := strings.Join(slices.Compact(branch), " and "); !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	return []problem{{place: failed.InstanceLocation, words: strings.Join(reasons, ", or else ")}}
}

func words(failed *jsonschema.ValidationError, root any) []problem {
	place := failed.InstanceLocation
	if missing, ok := failed.ErrorKind.(*kind.Required); ok {
		var found []problem
		for _, name := range missing.Missing {
			found = append(found, problem{place: append(slices.Clone(place), name), words: "is missing"})
		}
		return found
	}
	return []problem{{place: place, words: sentence(failed.ErrorKind, value(root, place))}}
}

func sentence(reason jsonschema.ErrorKind, value any) string {
	shown := brief(value)
	switch reason := reason.(type) {
	case *kind.Type:
		var wanted []string
		for _, each := range reason.Want {
			wanted = append(wanted, article(each))
		}
		return fmt.Sprintf("is %s, not %s", shown, strings.Join(wanted, " or "))
	case *kind.Const:
		return fmt.Sprintf("is %s, not %s", shown, brief(reason.Want))
	case *kind.Enum:
		var wanted []string
		for _, each := range reason.Want {
			wanted = append(wanted, brief(each))
		}
		return fmt.Sprintf("is %s, none of %s", shown, strings.Join(wanted, ", "))
	case *kind.Minimum:
		return fmt.Sprintf("is %s, less than %s", shown, decimal(reason.Want))
	case *kind.Maximum:
		return fmt.Sprintf("is %s, more than %s", shown, decimal(reason.Want))
	case *kind.MinLength:
		return fmt.Sprintf("has %s, fewer than %d", counted(reason.Got, "character"), reason.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("has %s, more than %d", counted(reason.Got, "character"), reason.Want)
	case *kind.MinItems:
		return fmt.Sprintf("has %s, fewer than %d", counted(reason.Got, "item"), reason.Want)
	case *kind.MaxItems:
		return fmt.Sprintf("has %s, more than %d", counted(reason.Got, "item"), reason.Want)
	case *kind.Pattern:
		return fmt.Sprintf("is %s, which does not match %s", shown, reason.Want)
	}
	return reason.LocalizedString(english)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

var english = message.NewPrinter(language.English)

func decimal(bound *big.Rat) string {
	if bound.IsInt() {
		return bound.Num().String()
	}
	return strings.TrimRight(bound.FloatString(20), "0")
}

// value follows a place that the validator reported.
func value(root any, place []string) any {
	for _, step := range place {
		switch inner := root.(type) {
		case map[string]any:
			root = inner[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(inner) {
				return nil
			}
			root = inner[i]
		}
	}
	return root
}
