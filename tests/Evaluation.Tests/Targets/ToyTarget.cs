using Cluster.Export.Parity;
using Cluster.Kernels.Execution.Files;

namespace Cluster.Evaluation.Tests.Targets;

/// <summary>
/// The least that a target is: the worked example of CONTRIBUTING.md. Its runtime is the executor with its logits negated, so that
/// whatever asks another runtime shows.
/// </summary>
internal sealed class ToyTarget : ITarget
{
    public const string Refusal = "The toy refuses what it is told to refuse.";

    public string Name => "toy";

    public string Runtime => "toy 1";

    public string Device => "toybox";

    public bool Refuses { get; init; }

    /// <summary>Samples of a run that it has memory for.</summary>
    public int Room { get; init; } = int.MaxValue;

    public void RequireUsable()
    {
    }

    public IRuntimeNetwork Open(ModelFile file, int threads, string name) => new ToyNetwork(QuantizedModel.Load(file, name), Room);

    public KernelTimes Profile(
        GroupedGraph graph, ModelFile file, int threads, IReadOnlyList<TensorData> inputs, CancellationToken cancellation) =>
        new([.. graph.Groups.Select(group => 1.0 + group.Index)], ConversionMs: 0.5, TotalMs: 10);

    public ParityReport Check(
        FloatNetwork float32, BuiltArtefact artefact, ImageBatches images, OutputKind outputs, CancellationToken cancellation) =>
        new(images.Images.Count, 0, [], null, Refuses ? Refusal : null);

    private sealed class ToyNetwork(QuantizedModel model, int room) : IRuntimeNetwork
    {
        public void Run(IReadOnlyList<TensorData> inputs, Span<float> logits)
        {
            if (inputs[0].Shape[0] > room)
            {
                throw new KernelException("CUDA out of memory: a box of toys has an end.");
            }

            float[] found = model.Run(inputs)[0];
            for (int i = 0; i < found.Length; i++)
            {
                logits[i] = -found[i];
            }
        }

        public IReadOnlyList<(string Name, TensorData Value)> RunAll(IReadOnlyList<TensorData> inputs)
        {
            float[] first = new float[model.Run(inputs)[0].Length];
            Run(inputs, first);
            return [(model.Outputs[0].Name, TensorData.FromFloats([inputs[0].Shape[0], .. model.Outputs[0].Shape.Skip(1)], first))];
        }

        public ITimedRun Prepare(IReadOnlyList<TensorData> inputs) => new ToyRun(model, inputs);

        public void Dispose() => model.Dispose();
    }

    private sealed class ToyRun(QuantizedModel model, IReadOnlyList<TensorData> inputs) : ITimedRun
    {
        public void Run() => model.Run(inputs);

        public void Dispose()
        {
        }
    }
}
