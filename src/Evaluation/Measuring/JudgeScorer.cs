namespace Cluster.Evaluation.Measuring;

/// <summary>Judges what outputs say together: boxes, masks or strings.</summary>
/// <param name="judge">What judges them, not yet checked.</param>
/// <param name="metric">The metric.</param>
/// <param name="output">The network's first output with its whole shape.</param>
/// <param name="evaluation">The evaluation set.</param>
/// <param name="float32">FP32's outputs for all of it.</param>
/// <param name="others">The outputs besides the first.</param>
internal sealed class JudgeScorer(
    AnswerJudge judge, MetricKind metric, ValueInfo output, SampleSet evaluation, Lazy<float[]> float32, OtherOutputs others) : IScorer
{
    private readonly Lazy<AnswerJudge> _checked =
        new(() => judge.Checked(new RunOutputs(output.Name, float32.Value, others.Of(float32.Value)), evaluation));

    public bool ReadsAll => judge.ReadsAll;

    public RuntimeScore Evaluation(float[] outputs, ImageBatches samples, float[] float32Part, int[]? part)
    {
        if (part is not null)
        {
            others.KeepPart(float32.Value, float32Part, part);
        }

        return Test(outputs, samples, float32Part);
    }

    public RuntimeScore Test(float[] outputs, ImageBatches samples, float[] float32Part) => RuntimeEvaluator.Score(
        outputs, output.SampleSize(), _checked.Value.Losses(Run(outputs), samples.Images, Run(float32Part)), float32Part, metric.Outputs());

    private RunOutputs Run(float[] first) => new(output.Name, first, others.Of(first));
}
