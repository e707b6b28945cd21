using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>A network ready to run on libtorch, group by group, in FP32 and in simulated INT8. Thread-safe.</summary>
public sealed class FloatNetwork : IDisposable
{
    private readonly ProgramBuilder _builder;

    public FloatNetwork(GroupedGraph graph)
    {
        Graph = graph;
        _builder = new ProgramBuilder(graph);
    }

    public GroupedGraph Graph { get; }

    /// <summary>FP32 logits.</summary>
    /// <param name="pixels">(batch, C, H, W), row-major.</param>
    /// <returns>(batch, classes)</returns>
    public float[] Run(ReadOnlySpan<float> pixels, long[] shape) => Run(pixels, shape, [.. Graph.Groups.Select(group => _builder.Float32(group.Index))]);

    /// <summary>Logits of the simulated quantized network, same shapes.</summary>
    public float[] Run(ReadOnlySpan<float> pixels, long[] shape, QuantizedNetwork network)
    {
        using var programs = Compile(network);
        return Run(pixels, shape, programs.Programs);
    }

    /// <summary>Logits of the simulated quantized network for all images.</summary>
    /// <returns>(images, classes), the same bits for any number of workers.</returns>
    public float[] Run(ImageBatches images, QuantizedNetwork network, int workers, CancellationToken cancellation)
    {
        float[][] logits = new float[images.Count][];
        using var programs = Compile(network);
        Batches.ForEach(images.Count, workers, batch => logits[batch] = Run(images.Tensor(batch), programs.Programs), cancellation);
        return [.. logits.SelectMany(rows => rows)];
    }

    public void Dispose() => _builder.Dispose();

    internal GroupProgram Float32(int group) => _builder.Float32(group);

    internal GroupProgram Quantized(LayerGroup group, QuantizedNetwork network, SumKind sums = SumKind.Whole) => _builder.Quantized(group, network, sums);

    /// <summary>A program for each group; groups that the network leaves alone share the FP32 one.</summary>
    internal ProgramSet Compile(QuantizedNetwork network)
    {
        var owned = new List<GroupProgram>();
        var programs = Graph.Groups.Select(group =>
        {
            if (!ProgramBuilder.Differs(group, network))
            {
                return _builder.Float32(group.Index);
            }

            var program = _builder.Quantized(group, network, SumKind.Whole);
            owned.Add(program);
            return program;
        }).ToList();
        return new ProgramSet(programs, owned);
    }

    /// <summary>The group's tensors that later groups read, or that leave the network.</summary>
    internal IEnumerable<string> HandedOn(LayerGroup group) => group.Nodes
        .Select(node => node.Output)
        .Where(tensor => Graph.IsOutput(tensor) || Graph.Consumers(tensor).Any(reader => Graph.GroupOf(reader) != group.Index));

    /// <summary>Tensors that nobody reads after the group.</summary>
    internal IEnumerable<string> EndingIn(LayerGroup group) => _builder.EndingIn(group);

    internal float[] Logits(LiveTensors live) => TensorFactory.ToFloats(live.Get(Graph.Output.Name));

    private float[] Run(ReadOnlySpan<float> pixels, long[] shape, IReadOnlyList<GroupProgram> programs)
    {
        using var planar = TensorFactory.FromFloats(pixels, shape);
        return Run(TensorOps.ToChannelsLast(planar), programs);
    }

    private float[] Run(Tensor pixels, IReadOnlyList<GroupProgram> programs)
    {
        using var live = new LiveTensors();
        live.Set(Graph.Input.Name, pixels);
        foreach (var program in programs)
        {
            program.Run(live);
        }

        return Logits(live);
    }
}
