namespace Cluster.Evaluation.Answers;

/// <summary>Mean intersection over union of a segmentation.</summary>
/// <param name="format">Where the classes of pixels are in the output.</param>
internal sealed class MaskJudge(MaskFormat format) : AnswerJudge
{
    public override IReadOnlyList<string> Sentences => format.Resized is { } resized ? [resized] : [];

    public override AnswerJudge Checked(RunOutputs float32, SampleSet samples) => new MaskJudge(format.For(float32.First));

    public override float[] Losses(RunOutputs outputs, SampleSet samples, RunOutputs float32) => MeanIou.Losses(
        format.Classes,
        samples.Count,
        i => (format.Found(outputs.Sample(i, samples.Count)), format.MaskAtOutput(samples, i)));
}
