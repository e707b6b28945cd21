using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>A network ready to run on libtorch, group by group, in FP32 and in simulated INT8. Thread-safe.</summary>
public sealed class FloatNetwork : IDisposable
{
    private readonly ProgramBuilder _builder;
    private readonly NetworkProgram[] _float32; // one per group, shared by every candidate

    // Inferred once: sweeps ask for every group of every batch.
    private readonly Lazy<IReadOnlyDictionary<string, long[]>> _shapes;

    /// <summary>Compiles every group in FP32.</summary>
    /// <exception cref="KernelException">A node cannot be compiled, or nothing is computed of the inputs.</exception>
    public FloatNetwork(GroupedGraph graph)
    {
        if (graph.Graph.Initializers.ContainsKey(graph.Output.Name))
        {
            throw new KernelException(
                $"The output '{graph.Output.Name}' is a constant, where one that depends on the inputs is expected first: leave it out of "
                + "the network, or list it after others.");
        }

        Graph = graph;
        _shapes = new(() => ShapeInference.Infer(graph.Graph, 1));
        _builder = new ProgramBuilder(graph);
        _float32 = [.. graph.Groups.Select(group => _builder.Group(group))];
        Crossings = graph.Nodes
            .SelectMany(node => graph.Roles.Activations(node).Where(input => graph.ProducerGroup(input) != graph.GroupOf(node)))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The network to run.</summary>
    public GroupedGraph Graph { get; }

    /// <summary>
    /// The shapes that outputs are brought to (<see cref="SampleTurns.Fitted"/>), by name, samples outermost: of those whose number of rows
    /// depends on what the inputs hold, so that two plans' can be compared.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>> Counted { get; init; } = new Dictionary<string, IReadOnlyList<long>>();

    /// <summary>Bytes of simulated weights, as float32, that a whole network's programs may hold.</summary>
    internal long MostWeights { get; init; } = 512 << 20;

    /// <summary>Tensors that cross from one group to another: the content of a prefix cache.</summary>
    internal IReadOnlySet<string> Crossings { get; }

    /// <summary>FP32 logits.</summary>
    /// <param name="pixels">(batch, C, H, W), row-major.</param>
    /// <returns>(batch, classes)</returns>
    public float[] Run(ReadOnlySpan<float> pixels, long[] shape) => Run([TensorData.FromFloats(shape, pixels)]);

    /// <summary>Logits of the simulated quantized network, same shapes.</summary>
    public float[] Run(ReadOnlySpan<float> pixels, long[] shape, QuantizedNetwork network) =>
        Run([TensorData.FromFloats(shape, pixels)], network);

    /// <summary>The first output in FP32, row-major.</summary>
    /// <param name="inputs">One for each input of the network.</param>
    public float[] Run(IReadOnlyList<TensorData> inputs) => Run(inputs, _float32);

    /// <summary>The first output of the simulated quantized network, row-major.</summary>
    /// <param name="inputs">One for each input of the network.</param>
    public float[] Run(IReadOnlyList<TensorData> inputs, QuantizedNetwork network)
    {
        using var programs = Compile(network);
        return Run(inputs, programs.Programs);
    }

    /// <summary>Logits of the simulated quantized network for all images.</summary>
    /// <returns>(images, classes), the same bits for any number of workers.</returns>
    public float[] Run(ImageBatches images, QuantizedNetwork network, int workers, CancellationToken cancellation)
    {
        float[][] logits = new float[images.Count][];
        using var programs = Compile(network);
        Batches.ForEach(images.Count, workers, batch => logits[batch] = Run(images, batch, programs.Programs), cancellation);
        return [.. logits.SelectMany(rows => rows)];
    }

    /// <summary>Every float output of the simulated quantized network for all images, by its name, images outermost.</summary>
    public IReadOnlyList<(string Name, TensorData Value)> RunAll(
        ImageBatches images, QuantizedNetwork network, int workers, CancellationToken cancellation)
    {
        using var programs = Compile(network);
        var batches = Batches.Select(images.Count, workers, batch => RunAll(images, batch, programs.Programs), cancellation);
        return
        [
            .. batches[0].Select((output, i) => (output.Name, TensorData.FromFloats(
                [images.Images.Count, .. output.Shape.Skip(1)], [.. batches.SelectMany(batch => batch[i].Values)]))),
        ];
    }

    /// <summary>Frees the programs and their constants.</summary>
    public void Dispose() => _builder.Dispose();

    internal NetworkProgram Float32(int group) => _float32[group];

    /// <summary>
    /// Every group in FP32 with <see cref="SumKind.Rough"/> sums. Tensors derived from weights are freed with the programs.
    /// </summary>
    internal NetworkProgram[] Rough() => [.. Graph.Groups.Select(group => _builder.Group(group, SumKind.Rough))];

    /// <summary>Compiles the group as quantized in the network; the caller disposes of it.</summary>
    /// <param name="sums">For layers with quantized weights.</param>
    /// <param name="floats">For the other layers.</param>
    internal SimulatedProgram Quantized(
        LayerGroup group, QuantizedNetwork network, SumKind sums = SumKind.Whole, SumKind floats = SumKind.Real) =>
        _builder.Simulated(group, network, sums, floats);

    /// <summary>
    /// A program for each group; groups that the network does not quantize share the FP32 one. Of more than <see cref="MostWeights"/> only
    /// those of the groups that run are in memory.
    /// </summary>
    internal ProgramSet Compile(QuantizedNetwork network, SumKind sums = SumKind.Whole)
    {
        long bytes = sizeof(float) * Graph.Nodes
            .Where(network.Layout.HasQuantizedWeights)
            .Sum(node => Graph.Graph.Initializers[node.Inputs[1]].Count);
        return new([.. Graph.Groups.Select(group => bytes > MostWeights && PlanQuantization.Concerns(network, group.Nodes)
            ? new BriefProgram(_float32[group.Index], () => Quantized(group, network, sums))
            : Compile(group, network, sums))]);
    }

    /// <summary>
    /// The group's program: a <see cref="SimulatedProgram"/>, which the caller disposes of, or the shared one in FP32 if the network does
    /// not quantize the group.
    /// </summary>
    internal NetworkProgram Compile(LayerGroup group, QuantizedNetwork network, SumKind sums) =>
        PlanQuantization.Concerns(network, group.Nodes) ? Quantized(group, network, sums) : _float32[group.Index];

    /// <summary>The group's tensors that later groups read, or that leave the network.</summary>
    internal IReadOnlyList<string> HandedOn(LayerGroup group) => _float32[group.Index].Outputs;

    /// <summary>Those of floats that two plans can be compared in: their sizes do not depend on what the inputs hold.</summary>
    internal IEnumerable<string> Compared(LayerGroup group, LiveTensors live) => HandedOn(group).Where(tensor =>
        live.Get(tensor).dtype == ScalarType.Float32 && !_shapes.Value[tensor].Contains(-1));

    /// <summary>Tensors that no later group reads.</summary>
    internal IEnumerable<string> EndingIn(LayerGroup group) => _builder.EndingIn(group);

    internal float[] Logits(LiveTensors live) => Floats(live, Graph.Output).Values;

    /// <summary>Each output as float32.</summary>
    internal IReadOnlyList<TensorData> Outputs(LiveTensors live) =>
        [.. Graph.Outputs.Select(output => Floats(live, output)).Select(found => TensorData.FromFloats(found.Shape, found.Values))];

    /// <summary>The first output of compiled programs, row-major.</summary>
    internal float[] Run(IReadOnlyList<TensorData> inputs, IReadOnlyList<NetworkProgram> programs, IRunObserver? observer = null)
    {
        return SampleTurns.Run([.. Graph.Inputs.Select(input => input.Shape)], inputs, turn =>
        {
            using var live = new LiveTensors();
            live.SetInputs(Graph, turn);
            float[] values = Run(live, programs, observer);
            return [TensorData.FromFloats([1, values.Length], values)];
        })[0].As<float>().ToArray();
    }

    /// <summary>Logits of a batch.</summary>
    internal float[] Run(ImageBatches images, int batch, IReadOnlyList<NetworkProgram> programs)
    {
        using var live = new LiveTensors();
        live.SetInputs(Graph, images, batch);
        return Run(live, programs);
    }

    /// <summary>The float outputs of a batch, row-major: no plan rounds whole numbers.</summary>
    /// <param name="programs">Null: in FP32.</param>
    internal IReadOnlyList<(string Name, long[] Shape, float[] Values)> RunAll(
        ImageBatches images, int batch, IReadOnlyList<NetworkProgram>? programs = null)
    {
        using var live = new LiveTensors();
        live.SetInputs(Graph, images, batch);
        foreach (var program in programs ?? _float32)
        {
            program.Run(live);
        }

        return Answers(live);
    }

    /// <summary>What a run has left in the network's outputs, samples outermost, row-major.</summary>
    internal IReadOnlyList<(string Name, long[] Shape, float[] Values)> Answers(LiveTensors live) =>
        [.. Graph.Outputs.Select(output => (output.Name, Floats(live, output))).Select(found => (
            found.Name,
            Graph.Graph.TakesOneSample ? SampleTurns.BySample(found.Item2.Shape) : found.Item2.Shape,
            found.Item2.Values))];

    // Rounded as in files.
    private (long[] Shape, float[] Values) Floats(LiveTensors live, ValueInfo output)
    {
        using var given = live.Get(output.Name).to(TensorFactory.TypeOf(
            output.FileType is { } type && type.IsFloat() ? type : ElementType.Float));
        using var floats = given.to(ScalarType.Float32);
        var (shape, values) = (floats.shape, TensorFactory.ToFloats(floats));
        if (!Counted.TryGetValue(output.Name, out var sizes))
        {
            return (shape, values);
        }

        var fitted = SampleTurns.Fitted(TensorData.FromFloats(SampleTurns.BySample(shape), values), sizes);
        return (fitted.Shape, fitted.As<float>().ToArray());
    }

    private float[] Run(LiveTensors live, IReadOnlyList<NetworkProgram> programs, IRunObserver? observer = null)
    {
        foreach (var program in programs)
        {
            program.Run(live, observer);
        }

        return Logits(live);
    }
}
