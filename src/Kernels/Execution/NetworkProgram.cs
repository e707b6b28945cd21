using Cluster.Kernels.Execution.FakeQuantization;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// Nodes of a network compiled to run together: a group, a block or all of it. Immutable and thread-safe; the tensors
/// of a run live in <see cref="LiveTensors"/>. A program that was compiled for gradients records them as usual in
/// libtorch, outside <c>no_grad</c>.
/// </summary>
/// <param name="inputs">Tensors that the nodes read and do not compute.</param>
/// <param name="outputs">Tensors that they compute and others read, or that leave the network.</param>
/// <param name="hasGradients">Whether each run may have its own weights; otherwise kernels cache what they derive from
/// the first run's.</param>
/// <param name="quantization">What every run sees; null for the graph's own numbers.</param>
internal class NetworkProgram(
    IReadOnlyList<ProgramStep> steps,
    IReadOnlyList<string> inputs,
    IReadOnlyList<string> outputs,
    bool hasGradients,
    IQuantization? quantization)
{
    public IReadOnlyList<string> Inputs => inputs;

    public IReadOnlyList<string> Outputs => outputs;

    /// <summary>Runs on the live tensors, and adds those that later programs read.</summary>
    public void Run(LiveTensors live, IRunObserver? observer = null) => Run(new ProgramRun(live, quantization, observer));

    /// <summary>Runs on its own.</summary>
    /// <param name="given">
    /// In the order of <see cref="Inputs"/>; they stay the caller's. Images are fastest channels-last.
    /// </param>
    /// <param name="learned">
    /// In place of the graph's own numbers; for programs that were compiled for gradients.
    /// </param>
    /// <returns>In the order of <see cref="Outputs"/>; the caller disposes them.</returns>
    public Tensor[] Run(ReadOnlySpan<Tensor> given, IQuantization? learned = null)
    {
        if (learned is not null && !hasGradients)
        {
            throw new InvalidOperationException("A program that was compiled without gradients was given weights that are learned.");
        }

        using var live = new LiveTensors();
        for (int i = 0; i < inputs.Count; i++)
        {
            live.Lend(inputs[i], given[i]);
        }

        Run(new ProgramRun(live, learned ?? quantization, observer: null));
        return [.. outputs.Select(live.Take)];
    }

    /// <summary>Nodes in execution order.</summary>
    public IEnumerable<GraphNode> Nodes => steps.Select(step => step.Node);

    /// <summary>Runs on the live tensors and says of each step, by its position, when it is done.</summary>
    public void Run(LiveTensors live, Action<int> done)
    {
        TorchSettings.ApplyThreads();
        var run = new ProgramRun(live, quantization, observer: null);
        for (int i = 0; i < steps.Count; i++)
        {
            run.Step(steps[i]);
            done(i);
        }
    }

    private void Run(ProgramRun run)
    {
        TorchSettings.ApplyThreads();
        foreach (var step in steps)
        {
            run.Step(step);
        }
    }
}

/// <summary>A program that simulates a quantized network; owns the weights that it was compiled with.</summary>
internal sealed class SimulatedProgram(
    IReadOnlyList<ProgramStep> steps, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs, KernelQuantization quantization)
    : NetworkProgram(steps, inputs, outputs, hasGradients: false, quantization), IDisposable
{
    private readonly KernelQuantization _quantization = quantization;

    public void Dispose() => _quantization.Dispose();
}
