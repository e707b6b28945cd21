using Cluster.Kernels.Execution.FakeQuantization;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// Nodes of a network compiled to run together: a group, a block or all of it. Immutable and thread-safe; the tensors of a run live in
/// <see cref="LiveTensors"/>. A program that was compiled for gradients records them as usual in libtorch, outside <c>no_grad</c>.
/// </summary>
/// <param name="inputs">Tensors that the nodes read and do not compute.</param>
/// <param name="outputs">Tensors that they compute and others read, or that leave the network.</param>
/// <param name="quantization">The quantization that was compiled in; null where each run may bring one.</param>
internal sealed class NetworkProgram(
    IReadOnlyList<ProgramStep> steps, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs, PlanQuantization? quantization) : IDisposable
{
    public IReadOnlyList<string> Inputs => inputs;

    public IReadOnlyList<string> Outputs => outputs;

    /// <summary>Runs on what is live, and adds to it what later programs read.</summary>
    /// <param name="learned">In place of the graph's own numbers; only for programs that were compiled without a quantization.</param>
    public void Run(LiveTensors live, IRunObserver? observer = null, IQuantization? learned = null)
    {
        var run = new ProgramRun(live, learned ?? quantization, observer);
        foreach (var step in steps)
        {
            run.Step(step);
        }
    }

    /// <summary>Runs by itself.</summary>
    /// <param name="given">In the order of <see cref="Inputs"/>; they stay the caller's. Images are fastest channels-last.</param>
    /// <returns>In the order of <see cref="Outputs"/>; the caller disposes them.</returns>
    public Tensor[] Run(ReadOnlySpan<Tensor> given, IQuantization? learned = null)
    {
        using var live = new LiveTensors();
        for (int i = 0; i < inputs.Count; i++)
        {
            live.Lend(inputs[i], given[i]);
        }

        Run(live, null, learned);
        return [.. outputs.Select(live.Take)];
    }

    public void Dispose() => quantization?.Dispose();
}
