namespace Cluster.DataSpecs.Models;

/// <summary>
/// A model's message and the tensors whose data are elsewhere, to be written as one file or with its data in another one. All other bytes
/// stay unchanged, so the same model always gives the same bytes.
/// </summary>
internal sealed class SelfContained
{
    private const int RawDataTag = (ExternalTensor.RawData << 3) | ProtoFields.LengthWire;

    // Messages within each other; those of more branches than readers take are not looked at.
    private const int MostDepth = 128;

    private readonly byte[] _model;
    private readonly Dictionary<int, ExternalTensor> _tensors = []; // by the offset of their message

    /// <exception cref="DataSpecException">A tensor's statements about its data are impossible.</exception>
    public SelfContained(byte[] model, string name)
    {
        _model = model;
        if (!Find(ModelMessage.Model, 0, model.Length, name, 0))
        {
            _tensors.Clear();
        }

        Bytes = Sizes(WholeHeader, hasValues: true).GetValueOrDefault(0, model.LongLength);
    }

    /// <summary>Tensors with external data, in order; empty for a damaged model, which its reader will refuse.</summary>
    public IReadOnlyCollection<ExternalTensor> Tensors => _tensors.Values;

    /// <summary>Bytes of the whole file.</summary>
    public long Bytes { get; }

    /// <summary>The whole file, part by part.</summary>
    /// <param name="values">A tensor's bytes, part by part.</param>
    public IEnumerable<ReadOnlyMemory<byte>> Whole(Func<ExternalTensor, IEnumerable<ReadOnlyMemory<byte>>> values) =>
        Parts(WholeHeader, values);

    /// <summary>The message with its tensors' data at other places.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Moved(Func<ExternalTensor, ExternalTensor> place) =>
        Parts(tensor => place(tensor).Reference, values: null);

    private static byte[] WholeHeader(ExternalTensor tensor) => [RawDataTag, .. ProtoFields.Varint(tensor.Length)];

    // False if the model is damaged.
    private bool Find(ModelMessage message, int from, int to, string name, int depth)
    {
        if (depth > MostDepth)
        {
            return true;
        }

        if (message == ModelMessage.Tensor)
        {
            if (ExternalTensor.Of(_model, from, to, name) is { } tensor)
            {
                _tensors[from] = tensor;
            }

            return true;
        }

        bool isWhole = true;
        var fields = new ProtoFields(_model, from, to);
        while (fields.MoveNext())
        {
            isWhole &= message.Below(fields.Current) is not { } below
                || Find(below, fields.Current.Payload, fields.Current.End, name, depth + 1);
        }

        return isWhole && !fields.IsDamaged;
    }

    // The new sizes of messages that change, by offset.
    private Dictionary<int, long> Sizes(Func<ExternalTensor, byte[]> header, bool hasValues)
    {
        var sizes = new Dictionary<int, long>();
        if (_tensors.Count > 0)
        {
            Measure(ModelMessage.Model, 0, _model.Length, 0);
        }

        return sizes;

        long? Measure(ModelMessage message, int from, int to, int depth)
        {
            var tensor = message == ModelMessage.Tensor ? _tensors.GetValueOrDefault(from) : null;
            if (depth > MostDepth || (message == ModelMessage.Tensor && tensor is null))
            {
                return null;
            }

            long size = tensor is null ? 0 : header(tensor).Length + (hasValues ? tensor.Length : 0);
            bool hasChanged = tensor is not null;
            var fields = new ProtoFields(_model, from, to);
            while (fields.MoveNext())
            {
                var field = fields.Current;
                if (message.Below(field) is { } below && Measure(below, field.Payload, field.End, depth + 1) is { } changed)
                {
                    hasChanged = true;
                    size += field.Length - field.Start + ProtoFields.Varint(changed).Length + changed;
                }
                else if (tensor is null || !ExternalTensor.IsOfValues(field.Number))
                {
                    size += field.End - field.Start;
                }
            }

            if (hasChanged)
            {
                sizes[from] = size;
            }

            return hasChanged ? size : null;
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> Parts(
        Func<ExternalTensor, byte[]> header, Func<ExternalTensor, IEnumerable<ReadOnlyMemory<byte>>>? values)
    {
        var sizes = Sizes(header, values is not null);
        return Of(ModelMessage.Model, 0, _model.Length);

        IEnumerable<ReadOnlyMemory<byte>> Of(ModelMessage message, int from, int to)
        {
            bool isTensor = message == ModelMessage.Tensor;
            foreach (var field in Fields(from, to))
            {
                if (message.Below(field) is { } below && sizes.TryGetValue(field.Payload, out long size))
                {
                    yield return _model.AsMemory(field.Start..field.Length);
                    yield return ProtoFields.Varint(size);
                    foreach (var part in Of(below, field.Payload, field.End))
                    {
                        yield return part;
                    }
                }
                else if (!isTensor || !ExternalTensor.IsOfValues(field.Number))
                {
                    yield return _model.AsMemory(field.Start..field.End);
                }
            }

            if (isTensor)
            {
                yield return header(_tensors[from]);
                foreach (var part in values?.Invoke(_tensors[from]) ?? [])
                {
                    yield return part;
                }
            }
        }
    }

    private List<ProtoField> Fields(int from, int to)
    {
        var all = new List<ProtoField>();
        var fields = new ProtoFields(_model, from, to);
        while (fields.MoveNext())
        {
            all.Add(fields.Current);
        }

        return all;
    }
}
