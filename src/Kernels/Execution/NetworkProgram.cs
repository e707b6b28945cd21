using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// Nodes of a network compiled to run together: a group, a block or the whole network. Immutable and thread-safe; the tensors of a run live
/// in <see cref="LiveTensors"/>. A program compiled for gradients records them as usual in libtorch, outside <c>no_grad</c>.
/// </summary>
/// <param name="inputs">Tensors that the nodes read but do not compute.</param>
/// <param name="outputs">Tensors that the nodes compute and that are read elsewhere or leave the network.</param>
/// <param name="hasGradients">Whether each run may have its own weights; otherwise kernels cache what they derive from the first run's
/// weights.</param>
/// <param name="quantization">The quantization of every run; null for the graph's own numbers.</param>
internal class NetworkProgram(
    IReadOnlyList<ProgramStep> steps,
    IReadOnlyList<string> inputs,
    IReadOnlyList<string> outputs,
    bool hasGradients,
    IQuantization? quantization)
{
    public IReadOnlyList<string> Inputs => inputs;

    public IReadOnlyList<string> Outputs => outputs;

    /// <summary>Runs on the live tensors, and adds the outputs that later programs read.</summary>
    public virtual void Run(LiveTensors live, IRunObserver? observer = null) => Run(new ProgramRun(live, quantization, observer));

    /// <summary>Runs independently, on given inputs.</summary>
    /// <param name="given">In the order of <see cref="Inputs"/>; the caller keeps ownership. Images are fastest channels-last.</param>
    /// <param name="learned">Replaces the graph's own numbers; for programs compiled for gradients.</param>
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

    /// <summary>Whether some node adds up or multiplies codes.</summary>
    public bool HasIntegers => steps.Any(step => step.Integer is not null);

    /// <summary>Nodes in execution order.</summary>
    public IEnumerable<GraphNode> Nodes => steps.Select(step => step.Node);

    /// <summary>Runs on the live tensors and reports the position of each step when it is done.</summary>
    public void Run(LiveTensors live, Action<int> done) => Run(new ProgramRun(live, quantization, observer: null), done);

    private void Run(ProgramRun run, Action<int>? done = null)
    {
        TorchSettings.ApplyThreads();
        for (int i = 0; i < steps.Count; i++)
        {
            run.Step(steps[i]);
            done?.Invoke(i);
        }
    }
}

/// <summary>A program that simulates a quantized network; owns the weights it was compiled with.</summary>
internal sealed class SimulatedProgram(
    IReadOnlyList<ProgramStep> steps, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs, KernelQuantization quantization)
    : NetworkProgram(steps, inputs, outputs, hasGradients: false, quantization), IDisposable
{
    private readonly KernelQuantization _quantization = quantization;

    public void Dispose() => _quantization.Dispose();
}

/// <summary>A simulated group of a network whose weights would need too much memory all at once: compiled anew for each run.</summary>
/// <param name="like">The group in FP32.</param>
internal sealed class BriefProgram(NetworkProgram like, Func<SimulatedProgram> compile)
    : NetworkProgram([], like.Inputs, like.Outputs, hasGradients: false, null)
{
    public override void Run(LiveTensors live, IRunObserver? observer = null)
    {
        using var program = compile();
        program.Run(live, observer);
    }
}
