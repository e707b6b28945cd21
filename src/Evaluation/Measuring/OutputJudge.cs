using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Measuring.Commands;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;

namespace Cluster.Evaluation.Measuring;

/// <summary>Judges a file's outputs on one whole set of samples, as a job judges its candidates.</summary>
/// <param name="metric">What they are judged by.</param>
/// <param name="command">The user's command, where the metric is what it prints.</param>
/// <param name="output">The network's first output with its whole shape.</param>
internal sealed class OutputJudge(MetricKind metric, string? command, ValueInfo output)
{
    private readonly MetricScorer _scorer = new(metric, output);

    public MetricKind Metric => metric;

    /// <summary>The score of outputs, (samples, elements of the output).</summary>
    /// <param name="float32">FP32's for the same samples.</param>
    public RuntimeScore Score(float[] outputs, float[] float32, ImageBatches samples)
    {
        if (command is null)
        {
            return _scorer.Score(outputs, samples, float32);
        }

        var judge = new CommandScorer(new MetricProgram(command), metric, output, samples.Images, new Lazy<float[]>(() => float32));
        return _scorer.ByLoss(judge.Evaluation(outputs, null, float32), outputs, float32);
    }
}
