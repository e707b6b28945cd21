using Cluster.Kernels.Metrics.Detection;

namespace Cluster.Evaluation.Answers;

/// <summary>Mean average precision of boxes.</summary>
/// <param name="format">Where they are in the outputs.</param>
/// <param name="first">Name of the network's first output.</param>
/// <param name="overlaps">Least overlaps at which a detection is right.</param>
internal sealed class BoxJudge(BoxFormat format, string first, IReadOnlyList<double> overlaps) : AnswerJudge
{
    public override bool ReadsAll => format.Outputs.Any(output => output.Name != first);

    public override IReadOnlyList<string> Sentences => [format.Sentence];

    public override AnswerJudge Checked(RunOutputs float32, SampleSet samples) =>
        new BoxJudge(format.Checked(Parts(float32, samples.Count), samples), first, overlaps);

    public override float[] Losses(RunOutputs outputs, SampleSet samples, RunOutputs float32) => MeanAveragePrecision.Losses(
        [.. Parts(outputs, samples.Count).AsParallel().AsOrdered().Select(parts => format.Detections(parts))],
        [.. Enumerable.Range(0, samples.Count).Select(i => format.Labels(samples, i))],
        overlaps);

    private IEnumerable<IReadOnlyList<ReadOnlyMemory<float>>> Parts(RunOutputs outputs, int samples)
    {
        float[][] whole = [.. format.Outputs.Select(output => outputs.Of(output.Name))];
        return Enumerable.Range(0, samples).Select(i => (IReadOnlyList<ReadOnlyMemory<float>>)
            [.. whole.Select(values => values.AsMemory(i * (values.Length / samples), values.Length / samples))]);
    }
}
