namespace Cluster.Evaluation.Inputs;

/// <summary>What is said of samples of several shapes, or that are run together.</summary>
internal static class SampleShapes
{
    /// <summary>The shapes that are timed, of inputs whose sizes the network leaves free; null: it leaves none.</summary>
    public static string? Timed(IReadOnlyList<ValueInfo> inputs, SampleSet timed) =>
        !inputs.Any(input => input.FreeAxes.Any(axis => axis > 0)) ? null
            : timed.Shapes is [var first, ..] ? first.Shape
            : string.Join(", ", inputs.Select(
                input => $"{input.Name} {string.Join('x', timed.ShapesFor(input.Name, inputs.Count == 1)[0])}"));

    /// <summary>How they are run, and which are timed, in a sentence without its full stop; null: there is nothing to say.</summary>
    public static string? Words(SampleSet timed) => timed.Shapes is [var first, _, ..] all
        ? $"the samples of '{timed.Name}' have {all.Count} shapes, so each is run by itself; latency is timed at {first.Shape}, which "
            + $"{first.Count} of {timed.Count} have"
        : timed.Together > 1
            ? $"the network takes {timed.Together} samples at a time, which depend on each other: each {timed.Together} of '{timed.Name}' "
                + "in their order are one sample here, in --batch too, and what is left at its end is left out"
            : null;
}
