using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Learning.Parallel;
using Cluster.Kernels.Learning.Reconstruction.Rounding;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>
/// The loop of one block: learn roundings, activation steps or both, decide every rounding, and keep them only where the loss on held-out images
/// is below that of what was there before. Deterministic for given numbers of parts and instruction set.
/// </summary>
internal sealed class UnitTrainer(GroupedGraph graph, UnitJob job, ReconstructionOptions options, LearnedNumbers numbers, ShardTeam team)
{
    private const int EvaluationBatch = 32;
    private const int ReportEvery = 50;

    // Purposes of seeds.
    private const int BatchOrder = 0;
    private const int InputMask = 1 << 16;
    private const int StepMask = 1 << 24;

    /// <param name="pause">Called before each iteration; may throw to end the loop.</param>
    public BlockOutcome Train(Action<int, double> report, Action pause, TimeProvider time)
    {
        var phase = job.Phase;
        string[] steps = phase.LearnsSteps ? [.. LearnedTensors()] : [];
        var weighted = job.Unit.Weighted.Where(node => numbers.Grids.ContainsKey(node.Name)).ToList();
        var before = weighted.ToDictionary(node => node.Name, node => numbers.Codes(node.Name), StringComparer.Ordinal);
        double nearest = Evaluate(before, numbers.Activations);
        long started = time.GetTimestamp();
        var roundings = new List<(string Node, RoundingVariable Variable)>();
        try
        {
            if (phase.LearnsWeights)
            {
                roundings.AddRange(weighted.Select(node => (node.Name, Rounding(node))));
            }

            using var scales = steps.Length == 0 ? null : new ScaleLearner(options.Device, steps, [.. steps.Select(tensor => numbers.Activations[tensor])]);
            Loop(roundings, steps, scales, weighted, report, pause);
            var codes = phase.LearnsWeights ? roundings.ToDictionary(rounding => rounding.Node, rounding => rounding.Variable.Harden(), StringComparer.Ordinal) : before;
            var activations = new Dictionary<string, QuantizationParameters>(numbers.Activations, StringComparer.Ordinal);
            foreach (var (tensor, parameters) in steps.Zip(scales?.Finish() ?? []))
            {
                activations[tensor] = parameters;
            }

            double learned = Evaluate(codes, activations);
            bool kept = learned < nearest;
            if (kept)
            {
                foreach (var (node, chosen) in codes)
                {
                    numbers.SetCodes(node, chosen);
                }

                foreach (string tensor in steps)
                {
                    numbers.SetActivation(tensor, activations[tensor]);
                }
            }

            double undecided = roundings.Count == 0 ? 0 : roundings.Average(rounding => rounding.Variable.Progress(options.LastBeta).Undecided);
            return new BlockOutcome(job.Unit.Name, phase.Name, nearest, learned, kept, phase.Iterations, undecided, time.GetElapsedTime(started).TotalSeconds);
        }
        finally
        {
            foreach (var (_, variable) in roundings)
            {
                variable.Dispose();
            }
        }
    }

    /// <summary>The quantizers within the unit; that of the network's input is no one's output and stays as it is.</summary>
    internal IEnumerable<string> LearnedTensors() => job.Unit.Nodes.Select(node => node.Output).Where(numbers.IsMadeQuantized);

    private RoundingVariable Rounding(Graphs.GraphNode node)
    {
        var data = graph.Graph.Initializers[node.Inputs[1]];
        return new RoundingVariable(data.As<float>(), data.Shape, numbers.Grids[node.Name], options.Device);
    }

    private void Loop(
        List<(string Node, RoundingVariable Variable)> roundings, string[] steps, ScaleLearner? scales, List<Graphs.GraphNode> weighted,
        Action<int, double> report, Action pause)
    {
        if (roundings.Count == 0 && scales is null)
        {
            return;
        }

        var phase = job.Phase;
        int partCount = Math.Min(team.Parts, options.BatchSize);
        var fixedWeights = roundings.Count == 0 ? weighted.Select(node => (node.Name, Tensor: Dequantized(node.Name, numbers.Codes(node.Name)))).ToList() : [];
        var parts = Enumerable.Range(0, partCount).Select(part =>
        {
            int first = options.BatchSize * part / partCount;
            return new UnitPart(job, first, (options.BatchSize * (part + 1) / partCount) - first, options, roundings, steps);
        }).ToArray();
        try
        {
            foreach (var part in parts)
            {
                fixedWeights.ForEach(pair => part.Hooks.SetWeight(pair.Name, pair.Tensor));
                if (phase.LearnsSteps)
                {
                    numbers.SetReads(part.Hooks, job.Unit);
                }

                scales?.Attach(part.Hooks);
            }

            long[] rows = new long[options.BatchSize];
            bool replace = options.Method == ReconstructionMethod.QDrop;
            for (int iteration = 1; iteration <= phase.Iterations; iteration++)
            {
                pause();
                int now = iteration;
                Seeds.Batch(Seeds.Of(options.Seed, job.Index, now, BatchOrder), job.Trained, replace, rows);
                using var there = options.Device.IsHost ? null : options.Device.Take(TensorFactory.FromInt64(rows, [rows.Length]));
                bool reports = iteration % ReportEvery == 0 || iteration == phase.Iterations;
                team.Run(part =>
                {
                    if (part < parts.Length)
                    {
                        parts[part].Run(
                            rows,
                            there,
                            input => Seeds.Of(options.Seed, job.Index, now, InputMask + input),
                            ordinal => Seeds.Of(options.Seed, job.Index, now, StepMask + ordinal),
                            reports);
                    }
                });
                Update(parts, roundings, scales, iteration);
                if (reports)
                {
                    report(iteration, parts.Sum(part => part.Loss));
                }
            }
        }
        finally
        {
            foreach (var part in parts)
            {
                part.Dispose();
            }

            fixedWeights.ForEach(pair => pair.Tensor.Dispose());
        }
    }

    private void Update(UnitPart[] parts, List<(string Node, RoundingVariable Variable)> roundings, ScaleLearner? scales, int iteration)
    {
        double lambda = Annealing.IsRegularized(iteration, options) ? options.Lambda : 0;
        double beta = Annealing.Beta(iteration, options);
        int stride = Math.Min(team.Parts, roundings.Count);
        if (stride > 0)
        {
            team.Run(worker =>
            {
                for (int i = worker; i < roundings.Count && worker < stride; i += stride)
                {
                    int at = i;
                    roundings[i].Variable.Step([.. parts.Select(part => part.Gradients[at])], options.RoundingRate, lambda, beta);
                }
            });
        }

        scales?.Update(parts.Select(part => part.Gradients.Skip(roundings.Count)), Annealing.Cosine(options.StepRate, iteration, job.Phase.Iterations));
        foreach (var part in parts)
        {
            part.DropGradients();
        }
    }

    /// <summary>Loss on the held-out images with every rounding decided and every activation of this phase quantized.</summary>
    private double Evaluate(Dictionary<string, sbyte[]> codes, IReadOnlyDictionary<string, QuantizationParameters> activations)
    {
        int images = job.Targets[0].Images - job.Trained;
        int batches = (images + EvaluationBatch - 1) / EvaluationBatch;
        double[] losses = new double[batches];
        using var hooks = UnitRun.Hooks(job.Unit, numbers, codes, job.Phase.LearnsSteps ? activations : null, options.Device, out var owned);
        team.ForEach(batches, batch =>
        {
            using var scope = NewDisposeScope();
            using var without = no_grad();
            int first = job.Trained + (batch * EvaluationBatch);
            int count = Math.Min(EvaluationBatch, job.Targets[0].Images - first);
            var outputs = job.Segment.Run([.. job.Inputs.Select(input => input.Quantized.Read(first, count))], hooks);
            for (int i = 0; i < outputs.Length; i++)
            {
                var weights = job.LossWeights.Count > 0 ? job.LossWeights[i].Read(first, count) : null;
                losses[batch] += TensorFactory.ToFloats(UnitPart.LossOf(outputs[i], job.Targets[i].Read(first, count), weights, job.Phase.Power, images))[0];
            }
        }, CancellationToken.None);
        foreach (var tensor in owned)
        {
            tensor.Dispose();
        }

        return losses.Sum();
    }

    private Tensor Dequantized(string node, sbyte[] codes) => UnitRun.Dequantize(numbers.Grids[node], codes, options.Device);
}
