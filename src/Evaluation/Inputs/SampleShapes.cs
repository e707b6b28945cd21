namespace Cluster.Evaluation.Inputs;

/// <summary>What is said of samples of several shapes, or that are run together.</summary>
internal static class SampleShapes
{
    /// <summary>The shapes that are timed, of inputs whose sizes the network leaves free; null: it leaves none.</summary>
    public static string? Timed(IReadOnlyList<ValueInfo> inputs, ImageBatches timed) =>
        !inputs.Any(input => input.FreeAxes.Any(axis => axis > 0)) ? null
            : timed.Images.Shapes is [var first, ..] ? first.Shape
            : string.Join(", ", inputs.Select(
                input => $"{input.Name} {string.Join('x', timed.Images.ShapesFor(input.Name, inputs.Count == 1, timed.Preprocess)[0])}"));

    /// <summary>How they are run, and which are timed, in a sentence without its full stop; null: there is nothing to say.</summary>
    /// <param name="judged">What files are compared and judged on.</param>
    /// <param name="timed">See <see cref="JobData.Timed"/>.</param>
    public static string? Words(SampleSet judged, SampleSet timed) => judged.IsOneByOne
        ? $"the samples of '{judged.Name}' have "
            + (judged.HasSeveralShapes ? $"{judged.Shapes.Count} shapes" : $"the shape {judged.Shapes[0].Shape}")
            + ", so each is run by itself"
            + "; latency is timed at "
            + (timed == judged ? $"{timed.Shapes[0].Shape}, which {timed.Shapes[0].Count} of {timed.Count} have"
                : $"{(timed.Shapes is [var first, ..] ? first.Shape : "the shape")} of '{timed.Name}'")
        : judged.Together > 1
            ? $"the network takes {judged.Together} samples at a time, which depend on each other: each {judged.Together} of "
                + $"'{judged.Name}' in their order are one sample here, in --batch too, and what is left at its end is left out"
            : null;
}
