namespace Cluster.Kernels.Equalization;

/// <summary>The weights and the bias of one layer, read and scaled by output and by input channel.</summary>
internal sealed class ChannelWeightView
{
    private readonly TensorData _shape;
    private readonly float[] _weights;
    private readonly float[]? _bias;
    private readonly int _axis;
    private readonly int _groups;

    public ChannelWeightView(GraphNode node, ModelGraph graph)
    {
        Node = node;
        _shape = graph.Initializers[node.Inputs[1]];
        _weights = _shape.As<float>().ToArray();
        _axis = WeightBank.OutputAxis(node);
        _groups = node.OpType == "Conv" ? (int)node.GetInt("group", 1) : 1;
        OutputChannels = (int)_shape.Shape[_axis];
        _bias = node.HasInput(2) ? WeightBank.Expanded(graph.Initializers[node.Inputs[2]].As<float>(), OutputChannels) : null;
    }

    public GraphNode Node { get; }

    public int OutputChannels { get; }

    /// <summary>Whether each output channel sees one input channel, of the same number.</summary>
    public bool IsDepthwise => _groups > 1 && _groups == OutputChannels && _shape.Shape[1] == 1;

    /// <summary>Largest magnitude of the weights of each output channel.</summary>
    public double[] OutputRanges() => Ranges(OutputChannels, OutputOf);

    /// <summary>Largest magnitude of the weights of each input channel.</summary>
    /// <param name="channels">Channels before a Flatten, which turns each into several inputs.</param>
    public double[] InputRanges(int channels) => Ranges(channels, InputOf(channels));

    public void DivideOutputs(double[] factors)
    {
        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i] = (float)(_weights[i] / factors[OutputOf(i)]);
        }

        for (int i = 0; i < (_bias?.Length ?? 0); i++)
        {
            _bias![i] = (float)(_bias[i] / factors[i]);
        }
    }

    public void MultiplyInputs(double[] factors)
    {
        var channel = InputOf(factors.Length);
        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i] = (float)(_weights[i] * factors[channel(i)]);
        }
    }

    public void Store(Dictionary<string, TensorData> constants)
    {
        constants[Node.Inputs[1]] = TensorData.FromFloats(_shape.Shape, _weights);
        if (_bias is not null)
        {
            constants[Node.Inputs[2]] = TensorData.FromFloats([_bias.Length], _bias);
        }
    }

    private double[] Ranges(int channels, Func<int, int> channel)
    {
        double[] ranges = new double[channels];
        for (int i = 0; i < _weights.Length; i++)
        {
            int at = channel(i);
            ranges[at] = Math.Max(ranges[at], Math.Abs(_weights[i]));
        }

        return ranges;
    }

    private int OutputOf(int index) => _axis == 0 ? index / (_weights.Length / OutputChannels) : index % OutputChannels;

    private Func<int, int> InputOf(int channels)
    {
        if (Node.OpType == "Conv")
        {
            int inputs = (int)_shape.Shape[1]; // per group; (O, I/g, kernel...), for a kernel of any rank
            int window = _weights.Length / (OutputChannels * inputs);
            int outputsOfGroup = OutputChannels / _groups;
            return index => (index / (inputs * window) / outputsOfGroup * inputs) + (index / window % inputs);
        }

        int rows = _weights.Length / OutputChannels;
        int perChannel = rows / channels;
        return _axis == 0 ? index => index % rows / perChannel : index => index / OutputChannels / perChannel;
    }
}
