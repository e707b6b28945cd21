using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>
/// Trains one block: learns roundings, activation scales or both, decides every rounding, and keeps them only if the loss on held-out
/// images is below the loss of the previous numbers. Deterministic for given numbers of parts and instruction set.
/// </summary>
internal sealed class BlockTrainer(GroupedGraph graph, BlockJob job, ReconstructionOptions options, LearnedNumbers numbers, ShardTeam team)
{
    private const int EvaluationBatch = 32;

    /// <param name="report">Receives the iteration, from 1, and sometimes its loss.</param>
    /// <param name="pause">Called before each iteration; may throw to end the loop.</param>
    public BlockOutcome Train(Action<int> report, Action pause, TimeProvider time)
    {
        var before = numbers.Codes(job.Judge.Block);
        double nearest = Evaluate(before, numbers.Activations);
        long started = time.GetTimestamp();
        using var variables = new BlockVariables(graph.Graph, job, options, numbers);
        if (!variables.IsEmpty)
        {
            using var loop = new BlockLoop(job, options, numbers, variables, team);
            loop.Run(report, pause);
        }

        var codes = variables.Roundings.Count > 0 ? variables.Codes() : before;
        var scales = variables.LearnedActivations();
        double learned = Evaluate(codes, With(scales));
        bool kept = learned < nearest;
        if (kept)
        {
            numbers.Set(codes, scales);
        }

        double undecided = variables.Undecided();
        return new BlockOutcome(
            job.Block.Name, job.Phase.Name, nearest, learned, kept, job.Phase.Iterations, undecided,
            time.GetElapsedTime(started).TotalSeconds);
    }

    private Dictionary<string, QuantizationParameters> With(IReadOnlyDictionary<string, QuantizationParameters> learned)
    {
        var activations = new Dictionary<string, QuantizationParameters>(numbers.Activations, StringComparer.Ordinal);
        foreach (var (tensor, parameters) in learned)
        {
            activations[tensor] = parameters;
        }

        return activations;
    }

    /// <summary>The judge's loss with every rounding decided and every activation of this phase quantized.</summary>
    private double Evaluate(Dictionary<string, sbyte[]> codes, IReadOnlyDictionary<string, QuantizationParameters> activations)
    {
        var judge = job.Judge;
        int images = judge.Targets[0].Images - judge.First;
        int batches = (images + EvaluationBatch - 1) / EvaluationBatch;
        double[] losses = new double[batches];
        using var quantization = numbers.Quantization(
            judge.Block, codes, job.Phase.LearnsScales ? activations : null, options.Device);
        team.ForEach(batches, batch =>
        {
            using var scope = NewDisposeScope();
            using var without = no_grad();
            int first = judge.First + (batch * EvaluationBatch);
            int count = Math.Min(EvaluationBatch, judge.Targets[0].Images - first);
            var outputs = judge.Segment.Run([.. judge.Inputs.Select(input => input.Read(first, count))], quantization);
            for (int i = 0; i < outputs.Length; i++)
            {
                losses[batch] += TensorFactory.ToFloats(PowerLoss.Of(
                    outputs[i], judge.Targets[i].Read(first, count), job.Phase.Power, images))[0];
            }
        }, CancellationToken.None);
        return losses.Sum();
    }
}
