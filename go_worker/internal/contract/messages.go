package contract

import (
	"encoding/json"
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

	"github.com/schemadiff/schemadiff/go_worker/internal/strictjson"
)

// Problems returns every reason why a message is not valid under this version, sorted by location.
func (v Version) Problems(message any) []Problem {
	err := v.schema.Validate(message)
	if err == nil {
		return nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []Problem{{Message: err.Error()}}
	}
	failures := leaves(invalid, message)
	slices.SortStableFunc(failures, func(a, b failure) int {
		if order := slices.CompareFunc(a.path, b.path, compareTokens); order != 0 {
			return order
		}
		return strings.Compare(a.message, b.message)
	})
	problems := make([]Problem, 0, len(failures))
	for _, f := range failures {
		problems = append(problems, Problem{Pointer: strictjson.Pointer(f.path), Message: f.message})
	}
	return slices.Compact(problems)
}

// failure is a Problem before its location is formatted.
type failure struct {
	path    []string // property names and array indices
	message string
}

// compareTokens compares two elements of a path: indices as numbers, names as text.
func compareTokens(a, b string) int {
	i, errA := strconv.Atoi(a)
	j, errB := strconv.Atoi(b)
	if errA == nil && errB == nil {
		return i - j
	}
	return strings.Compare(a, b)
}

// leaves returns the failed assertions below a validation error.
func leaves(failed *jsonschema.ValidationError, root any) []failure {
	switch failed.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf:
		if len(failed.Causes) > 0 {
			return []failure{mergeBranches(failed, root)}
		}
	}
	if len(failed.Causes) == 0 {
		return assertion(failed, root)
	}
	var failures []failure
	for _, cause := range failed.Causes {
		failures = append(failures, leaves(cause, root)...)
	}
	return failures
}

// mergeBranches merges the failures of all branches of anyOf or oneOf into one: on its own, each
// would read as if it had to be fixed.
func mergeBranches(failed *jsonschema.ValidationError, root any) failure {
	var branches []string
	for _, cause := range failed.Causes {
		var messages []string
		for _, f := range leaves(cause, root) {
			message := f.message
			if relative := f.path[len(failed.InstanceLocation):]; len(relative) > 0 {
				message = strictjson.Pointer(relative) + " " + message
			}
			messages = append(messages, message)
		}
		slices.Sort(messages)
		if branch := strings.Join(slices.Compact(messages), " and "); !slices.Contains(branches, branch) {
			branches = append(branches, branch)
		}
	}
	return failure{path: failed.InstanceLocation, message: strings.Join(branches, ", or else ")}
}

// assertion returns the failures of one assertion: one for each missing property, else one.
func assertion(failed *jsonschema.ValidationError, root any) []failure {
	path := failed.InstanceLocation
	if required, ok := failed.ErrorKind.(*kind.Required); ok {
		var failures []failure
		for _, name := range required.Missing {
			failures = append(failures, failure{path: append(slices.Clone(path), name), message: "is missing"})
		}
		return failures
	}
	return []failure{{path: path, message: describe(failed.ErrorKind, instanceAt(root, path))}}
}

// describe returns the message for a failed assertion about a value.
func describe(failed jsonschema.ErrorKind, value any) string {
	shown := show(value)
	switch failed := failed.(type) {
	case *kind.Type:
		var types []string
		for _, name := range failed.Want {
			types = append(types, withArticle(name))
		}
		return fmt.Sprintf("is %s, not %s", shown, strings.Join(types, " or "))
	case *kind.Const:
		return fmt.Sprintf("is %s, not %s", shown, show(failed.Want))
	case *kind.Enum:
		var values []string
		for _, value := range failed.Want {
			values = append(values, show(value))
		}
		return fmt.Sprintf("is %s, not one of %s", shown, strings.Join(values, ", "))
	case *kind.Minimum:
		return fmt.Sprintf("is %s, less than minimum %s", shown, decimal(failed.Want))
	case *kind.Maximum:
		return fmt.Sprintf("is %s, greater than maximum %s", shown, decimal(failed.Want))
	case *kind.MinLength:
		return fmt.Sprintf("has %s, fewer than minLength %d", count(failed.Got, "character"), failed.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("has %s, more than maxLength %d", count(failed.Got, "character"), failed.Want)
	case *kind.MinItems:
		return fmt.Sprintf("has %s, fewer than minItems %d", count(failed.Got, "item"), failed.Want)
	case *kind.MaxItems:
		return fmt.Sprintf("has %s, more than maxItems %d", count(failed.Got, "item"), failed.Want)
	case *kind.Pattern:
		return fmt.Sprintf("is %s, which does not match pattern %s", shown, failed.Want)
	}
	return failed.LocalizedString(english)
}

// count returns "1 item" or "2 items".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

var english = message.NewPrinter(language.English)

// decimal formats a bound as a decimal number.
func decimal(bound *big.Rat) string {
	if bound.IsInt() {
		return bound.Num().String()
	}
	return strings.TrimRight(bound.FloatString(20), "0")
}

// instanceAt returns the value at a location that the validator reported.
func instanceAt(root any, path []string) any {
	for _, token := range path {
		switch value := root.(type) {
		case map[string]any:
			root = value[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(value) {
				return nil
			}
			root = value[i]
		}
	}
	return root
}

// show formats a value for a message: scalars as written, up to a length, and otherwise the type.
func show(value any) string {
	const maxLength = 60
	switch value := value.(type) {
	case string:
		if runes := []rune(value); len(runes) > maxLength {
			return strictjson.Quote(string(runes[:maxLength])) + "…"
		}
		return strictjson.Quote(value)
	case json.Number:
		if text := value.String(); len(text) > maxLength {
			return text[:maxLength] + "…"
		}
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	return withArticle(strictjson.TypeName(value))
}

// withArticle returns the name of a JSON type with its article.
func withArticle(typeName string) string {
	switch typeName {
	case "null":
		return typeName
	case "array", "object", "integer":
		return "an " + typeName
	}
	return "a " + typeName
}
