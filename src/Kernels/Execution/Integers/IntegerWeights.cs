using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Execution.Integers;

/// <summary>
/// The weights of an <see cref="IntegerLayer"/> as its kernels read them. A group of channels is a product of matrices of int8, filled up
/// to what cuBLASLt's kernels take. Where most of such a product would be filling, as in a depthwise convolution, a loop over the taps
/// adds up each output's numbers.
/// </summary>
internal sealed class IntegerWeights
{
    private const int Multiple = 16; // of rows and columns that cuBLASLt's kernels take

    private readonly int[] _weights;
    private readonly bool _isTransposed;
    private readonly int _taps;
    private readonly int _depth;

    /// <param name="weights">Codes less their zero point, each in int8.</param>
    /// <param name="shape">(outputs, inputs of a group, taps...) or, of a product, a matrix.</param>
    /// <param name="isTransposed">Whether outputs are the first axis.</param>
    /// <param name="groups">Of channels.</param>
    public IntegerWeights(int[] weights, long[] shape, bool isTransposed, int groups)
    {
        _weights = weights;
        _isTransposed = isTransposed;
        _taps = shape.Length == 4 ? (int)(shape[2] * shape[3]) : 1;
        Sums = new int[(int)shape[isTransposed ? 0 : 1]];
        _depth = weights.Length / Sums.Length;
        for (int channel = 0; channel < Sums.Length; channel++)
        {
            for (int i = 0; i < _depth; i++)
            {
                Sums[channel] += At(channel, i);
            }
        }

        Data = groups > 1 && Sums.Length / groups < Multiple ? Columns() : Rows(groups);
    }

    /// <summary>
    /// Int8: (groups, outputs of a group, taps and inputs), the last two filled up with zeros, for products; (taps and inputs of a group,
    /// outputs) for the loop.
    /// </summary>
    public TensorData Data { get; }

    /// <summary>The sum of each output channel's weights.</summary>
    public int[] Sums { get; }

    private static int Filled(int count) => (count + Multiple - 1) / Multiple * Multiple;

    // A convolution's weight is (outputs, inputs, taps) and its patches are (taps, inputs).
    private sbyte At(int channel, int i)
    {
        var (tap, input) = Math.DivRem(i, _depth / _taps);
        return (sbyte)_weights[_isTransposed ? (channel * _depth) + (input * _taps) + tap : (i * Sums.Length) + channel];
    }

    private TensorData Rows(int groups)
    {
        int own = Sums.Length / groups;
        int row = Filled(_depth);
        sbyte[] laid = new sbyte[groups * Filled(own) * row];
        for (int channel = 0; channel < Sums.Length; channel++)
        {
            var (group, output) = Math.DivRem(channel, own);
            for (int i = 0; i < _depth; i++)
            {
                laid[(((group * Filled(own)) + output) * row) + i] = At(channel, i);
            }
        }

        return TensorData.FromInt8([groups, Filled(own), row], laid);
    }

    private TensorData Columns()
    {
        sbyte[] laid = new sbyte[_weights.Length];
        for (int channel = 0; channel < Sums.Length; channel++)
        {
            for (int i = 0; i < _depth; i++)
            {
                laid[(i * Sums.Length) + channel] = At(channel, i);
            }
        }

        return TensorData.FromInt8([_depth, Sums.Length], laid);
    }
}
