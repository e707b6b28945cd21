using Cluster.Kernels.Execution;
using Cluster.Networks;
using Cluster.Networks.Graphs.Groups;
using Cluster.Networks.Graphs.Passes;
using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>
/// A network whose float constants are trained, starting from their current values: the kernels are the same as everywhere else, with
/// gradients. Statistics of batch normalisations stay fixed.
/// </summary>
internal sealed class TrainableGraph : IDisposable
{
    private readonly ModelGraph _graph;
    private readonly SortedDictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);
    private readonly ProgramBuilder _builder;
    private readonly NetworkProgram _program;

    /// <param name="graph">Opset 13 or newer.</param>
    /// <param name="kept">Constants that are not trained, such as positions and factors.</param>
    /// <exception cref="KernelException">The graph cannot be executed.</exception>
    public TrainableGraph(ModelGraph graph, params IReadOnlyList<string> kept)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(kept);
        _graph = graph;

        // The interpreter's nodes have one output each.
        var executed = SplitToSlices.Apply(graph);
        foreach (var (name, constant) in graph.Initializers.Where(pair => IsTrained(pair.Value) && !kept.Contains(pair.Key)))
        {
            _parameters.Add(name, new Parameter(TensorFactory.FromTensorData(constant)));
        }

        var grouped = GroupFinder.Find(executed);
        _builder = new ProgramBuilder(grouped, hasGradients: true, trained: _parameters);
        _program = _builder.Whole();
    }

    /// <summary>What is trained, in the order of the names.</summary>
    public IEnumerable<Parameter> Parameters => _parameters.Values;

    /// <summary>Runs a network of one input and one output; gradients are recorded as usual.</summary>
    /// <param name="input">In the graph's shape; the caller keeps ownership.</param>
    /// <returns>The output, which the caller owns.</returns>
    public Tensor Forward(Tensor input) => _program.Run([input])[0];

    /// <summary>Runs the network; gradients are recorded as usual.</summary>
    /// <param name="inputs">By name, in the graph's types and shapes; the caller keeps ownership.</param>
    /// <returns>The outputs by name, which the caller owns.</returns>
    public IReadOnlyDictionary<string, Tensor> Forward(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var outputs = _program.Run([.. _program.Inputs.Select(name => inputs[name])]);
        return _program.Outputs.Zip(outputs).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    /// <summary>The graph with the current parameters.</summary>
    public ModelGraph ToGraph() => _graph with
    {
        Initializers = _graph.Initializers.ToDictionary(
            pair => pair.Key,
            pair => _parameters.TryGetValue(pair.Key, out var parameter)
                ? TensorData.FromFloats(pair.Value.Shape, TensorFactory.ToFloats(parameter))
                : pair.Value,
            StringComparer.Ordinal),
    };

    /// <summary>Frees the parameters.</summary>
    public void Dispose() => _builder.Dispose();

    // Single numbers, such as the divisor of a softmax's input, are part of the architecture.
    private static bool IsTrained(TensorData constant) => constant is { Type: ElementType.Float, Count: > 1 };
}
