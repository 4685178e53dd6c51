using Xunit.v3;

namespace TraderData.Connectors.Tests;

/// <summary>The numbers of the rules in <c>docs/conformance.md</c> that a test proves; <c>--filter-trait Rule=B7</c> runs those of one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuleAttribute(params string[] rules) : Attribute, ITraitAttribute
{
    public IReadOnlyList<string> Rules => rules;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [.. rules.Select(rule => KeyValuePair.Create("Rule", rule))];
}
