using Cluster.Kernels.Execution.Files;
using static TorchSharp.torch;

namespace Cluster.Evaluation.Targets.Libtorch;

/// <summary>A file loaded by our executor.</summary>
internal sealed class LibtorchNetwork(QuantizedModel model, int threads) : IRuntimeNetwork
{
    public void Run(IReadOnlyList<TensorData> inputs, Span<float> logits) => model.Run(inputs)[0].CopyTo(logits);

    public IReadOnlyList<(string Name, TensorData Value)> RunAll(IReadOnlyList<TensorData> inputs) =>
    [
        .. model.Outputs.Zip(
            model.Run(inputs),
            (output, values) => (output.Name, TensorData.FromFloats(
                [inputs[0].Shape[0], .. (model.TakesOneSample ? SampleTurns.BySample([.. output.Shape]) : output.Shape).Skip(1)], values))),
    ];

    public ITimedRun Prepare(IReadOnlyList<TensorData> inputs) => new WaitedRun(
        model, [.. SampleTurns.Turns([.. model.Inputs.Select(input => input.Shape)], inputs).Select(model.Place)], threads);

    public void Dispose() => model.Dispose();

    // The batch is on the device beforehand; the logits are fetched, which waits for them.
    private sealed class WaitedRun(QuantizedModel model, IReadOnlyList<IReadOnlyList<Tensor>> turns, int threads) : ITimedRun
    {
        private readonly TorchThreads _threads = new(threads);

        public void Run()
        {
            foreach (var inputs in turns)
            {
                model.Fetch(inputs);
            }
        }

        public void Dispose()
        {
            _threads.Dispose();
            foreach (var input in turns.SelectMany(inputs => inputs))
            {
                input.Dispose();
            }
        }
    }
}
