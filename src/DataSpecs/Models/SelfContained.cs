namespace Cluster.DataSpecs.Models;

/// <summary>
/// Writes a model whose tensors' data are in other files as one file. All other bytes stay unchanged, so the same model always gives the
/// same bytes.
/// </summary>
internal sealed class SelfContained
{
    private const int RawDataTag = (ExternalTensor.RawData << 3) | ProtoFields.LengthWire;

    private readonly byte[] _model;
    private readonly string _name;
    private readonly Dictionary<int, ExternalTensor> _tensors = [];
    private readonly Dictionary<int, long> _sizes = [];
    private bool _isDamaged;

    /// <exception cref="DataSpecException">A tensor's statements about its data are impossible.</exception>
    public SelfContained(byte[] model, string name)
    {
        (_model, _name) = (model, name);
        Bytes = Measure(ModelMessage.Model, 0, model.Length) ?? model.LongLength;
        if (_isDamaged)
        {
            _tensors.Clear();
        }
    }

    /// <summary>Tensors with external data; empty for a damaged model, which its reader will refuse.</summary>
    public IReadOnlyCollection<ExternalTensor> Tensors => _tensors.Values;

    /// <summary>Bytes of the whole file.</summary>
    public long Bytes { get; }

    /// <summary>The whole file.</summary>
    public byte[] Write(ModelFolder folder)
    {
        byte[] whole = new byte[Bytes];
        int at = 0;
        Write(ModelMessage.Model, 0, _model.Length, whole, ref at, folder);
        return whole;
    }

    // The new size of a message, stored by its offset; null if it does not change.
    private long? Measure(ModelMessage message, int from, int to)
    {
        if (message == ModelMessage.Tensor)
        {
            return ExternalTensor.Of(_model, from, to, _name) is { } tensor ? Measure(tensor, from, to) : null;
        }

        long size = 0;
        bool hasChanged = false;
        var fields = new ProtoFields(_model, from, to);
        while (fields.MoveNext())
        {
            var field = fields.Current;
            if (message.Below(field) is { } below && Measure(below, field.Payload, field.End) is { } changed)
            {
                hasChanged = true;
                size += field.Length - field.Start + VarintSize(changed) + changed;
            }
            else
            {
                size += field.End - field.Start;
            }
        }

        _isDamaged |= fields.IsDamaged;
        if (!hasChanged)
        {
            return null;
        }

        _sizes[from] = size;
        return size;
    }

    private long Measure(ExternalTensor tensor, int from, int to)
    {
        long size = 1 + VarintSize(tensor.Length) + tensor.Length;
        var fields = new ProtoFields(_model, from, to);
        while (fields.MoveNext())
        {
            size += ExternalTensor.IsOfValues(fields.Current.Number) ? 0 : fields.Current.End - fields.Current.Start;
        }

        _tensors[from] = tensor;
        _sizes[from] = size;
        return size;
    }

    private void Write(ModelMessage message, int from, int to, byte[] whole, ref int at, ModelFolder folder)
    {
        bool isTensor = message == ModelMessage.Tensor;
        var fields = new ProtoFields(_model, from, to);
        while (fields.MoveNext())
        {
            var field = fields.Current;
            if (message.Below(field) is { } below && _sizes.TryGetValue(field.Payload, out long size))
            {
                Copy(field.Start, field.Length, whole, ref at);
                WriteVarint(size, whole, ref at);
                Write(below, field.Payload, field.End, whole, ref at, folder);
            }
            else if (!isTensor || !ExternalTensor.IsOfValues(field.Number))
            {
                Copy(field.Start, field.End, whole, ref at);
            }
        }

        if (isTensor)
        {
            var tensor = _tensors[from];
            int length = (int)tensor.Length;
            whole[at++] = RawDataTag;
            WriteVarint(length, whole, ref at);
            folder.Read(tensor, whole.AsSpan(at, length));
            at += length;
        }
    }

    private void Copy(int from, int to, byte[] whole, ref int at)
    {
        _model.AsSpan(from, to - from).CopyTo(whole.AsSpan(at));
        at += to - from;
    }

    private static int VarintSize(long value)
    {
        int size = 1;
        for (; value > 0x7F; value >>= 7)
        {
            size++;
        }

        return size;
    }

    private static void WriteVarint(long value, byte[] whole, ref int at)
    {
        for (; value > 0x7F; value >>= 7)
        {
            whole[at++] = (byte)(value | 0x80);
        }

        whole[at++] = (byte)value;
    }
}
