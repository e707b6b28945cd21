namespace Cluster.Export.Forms;

/// <summary>
/// How many channels each class of values is written with. What cannot be kept whole, such as a Slice across padding, stays as it is, and
/// with it what leads there.
/// </summary>
internal sealed class ChannelPlan
{
    private readonly FormedValues _file;
    private readonly ChannelRule _rule;
    private readonly ChannelClasses _classes;
    private readonly HashSet<string> _frozen;
    private readonly ILookup<string, string> _members;
    private readonly ILookup<string, string> _derived;
    private readonly HashSet<string> _dense;
    private readonly HashSet<string> _written;
    private readonly HashSet<string> _depthwise;
    private readonly HashSet<string> _halves;
    private readonly Dictionary<string, PaddedChannels?> _layouts = new(StringComparer.Ordinal);

    /// <param name="kept">Values whose channels stay as they are.</param>
    public ChannelPlan(FormedValues file, ChannelRule rule, IEnumerable<string> kept)
    {
        (_file, _rule) = (file, rule);
        _classes = new ChannelClasses(file, rule.InFloat);
        _frozen = _classes.Frozen.Concat(kept).Select(_classes.Class).ToHashSet(StringComparer.Ordinal);
        _dense = Classes(_classes.Dense);
        _written = Classes(_classes.DenseOutputs);
        _depthwise = Classes(_classes.Depthwise);
        _derived = _classes.Derived.Keys.ToLookup(_classes.Class, StringComparer.Ordinal);

        // What a shuffle interleaves needs equal shares.
        _halves = Classes(_classes.Derived.Where(pair => _classes.Shuffle(pair.Key) is not null)
            .SelectMany(pair => _derived[_classes.Class(pair.Value[0])])
            .SelectMany(value => _classes.Derived[value]));
        _members = _classes.Members();
        while (!Solve())
        {
            _layouts.Clear();
        }
    }

    /// <summary>The layout of a value; null: as it is.</summary>
    public PaddedChannels? Of(string value) =>
        _layouts.GetValueOrDefault(_classes.Class(value)) is { IsPlain: false } layout ? layout : null;

    /// <summary>The shuffle that ends in a value.</summary>
    public ChannelShuffle? Shuffle(string value) => _classes.Shuffle(value);

    /// <summary>All values with padding.</summary>
    public IEnumerable<(string Value, PaddedChannels Layout)> Padded => _layouts
        .Where(pair => pair.Value is { IsPlain: false })
        .SelectMany(pair => _members[pair.Key].Select(value => (value, pair.Value!)));

    private HashSet<string> Classes(IEnumerable<string> values) => values.Select(_classes.Class).ToHashSet(StringComparer.Ordinal);

    // False: something was frozen that has to be plain.
    private bool Solve()
    {
        foreach (var members in _members)
        {
            int?[] channels = [.. members.Select(_file.Channels).Distinct()];
            if (channels is not [not null] && _frozen.Add(members.Key))
            {
                return false;
            }

            bool isStuck = _frozen.Contains(members.Key) || _derived[members.Key].Skip(1).Any();
            foreach (string value in isStuck ? _derived[members.Key] : [])
            {
                if (_frozen.Add(members.Key) | (!IsSlice(value) && FreezeAll(_classes.Derived[value])))
                {
                    return false;
                }
            }
        }

        return _members.All(members => TryLayout(members.Key, out _));
    }

    private bool IsSlice(string value) => _file.Producer(value)!.OpType == "Slice";

    private bool FreezeAll(IEnumerable<string> values)
    {
        bool isNew = false;
        foreach (string value in values)
        {
            isNew |= _frozen.Add(_classes.Class(value));
        }

        return isNew;
    }

    // Null: plain, of channels that are not known.
    private bool TryLayout(string root, out PaddedChannels? layout)
    {
        if (_layouts.TryGetValue(root, out layout))
        {
            return true;
        }

        int? known = _members[root].Select(_file.Channels).FirstOrDefault(count => count is not null);
        layout = known is { } channels ? PaddedChannels.Plain(channels) : null;
        _layouts[root] = layout; // A value that follows from itself, which no valid file has, is plain.
        string? derived = _derived[root].FirstOrDefault();
        if (known is null || (derived is null && _frozen.Contains(root)))
        {
            return true;
        }

        if (derived is null)
        {
            layout = PaddedChannels.Padded(known.Value, Wanted(root, known.Value));
        }
        else if (!TryDerive(root, derived, known.Value, out layout))
        {
            return false;
        }

        _layouts[root] = layout;
        return true;
    }

    private bool TryDerive(string root, string value, int channels, out PaddedChannels? layout)
    {
        layout = null;
        var sources = new List<PaddedChannels>();
        foreach (string source in _classes.Derived[value])
        {
            if (!TryLayout(_classes.Class(source), out var found))
            {
                return false;
            }

            sources.AddRange(found is null ? [] : [found]);
        }

        layout = sources.Count < _classes.Derived[value].Length ? null
            : IsSlice(value) ? Taken(root, value, sources[0], channels)
            : _classes.Shuffle(value) is { } shuffle ? Shuffled(sources[0], shuffle.Groups)
            : PaddedChannels.Joined(sources);
        if (layout is not null)
        {
            return true;
        }

        layout = PaddedChannels.Plain(channels);
        return !FreezeAll([root, .. _classes.Derived[value]]);
    }

    // Null: the channels do not stand side by side.
    private PaddedChannels? Taken(string root, string value, PaddedChannels source, int channels)
    {
        var (start, _) = ChannelClasses.Slice(_file, _file.Producer(value)!)!.Value;
        int width = _frozen.Contains(root) ? channels : Wanted(root, channels);
        return source.Range(start, channels, width)?.Taken;
    }

    // Equal shares of padding behind each group: the groups' channels then alternate, with all padding behind them.
    private static PaddedChannels? Shuffled(PaddedChannels source, int groups)
    {
        int channels = source.Places.Count / groups, share = source.Count / groups;
        bool isEven = source.Count % groups == 0 && source.Places.Index()
            .All(place => place.Item == (place.Index / channels * share) + (place.Index % channels));
        return isEven ? PaddedChannels.Padded(source.Places.Count, source.Count) : null;
    }

    private int Wanted(string root, int channels) =>
        _depthwise.Contains(root) ? ChannelRule.Up(channels, _rule.Depthwise)
            : _written.Contains(root) && !_halves.Contains(root) ? _rule.Written(channels)
            : _dense.Contains(root) || _written.Contains(root) ? ChannelRule.Up(channels, _rule.Dense)
            : channels;
}

/// <summary>What counts of channels a runtime's kernels run fast.</summary>
/// <param name="Depthwise">Multiple for depthwise convolutions, at least <paramref name="LeastOutputs"/>.</param>
/// <param name="Dense">Multiple for what dense convolutions read and write.</param>
/// <param name="LeastOutputs">The fewest channels that a dense convolution should write.</param>
/// <param name="InFloat">Whether they are kernels in FP32.</param>
internal sealed record ChannelRule(int Depthwise, int Dense, int LeastOutputs, bool InFloat)
{
    /// <summary>
    /// ONNX Runtime 1.31.1's kernels of codes: depthwise ones take 16 channels at a time (<c>qdwconv_kernelsize.cpp</c>, ConvSym's
    /// depthwise kernels), dense ones read input channels in fours and write 16. Eight instead of four costs nothing with VNNI and gains
    /// 6 % without.
    /// </summary>
    public static ChannelRule Codes { get; } = new(16, 8, 16, InFloat: false);

    /// <summary>Its blocked layout of FP32 (<c>nchwc_transformer.cc</c>): depthwise convolutions of a multiple of four channels.</summary>
    public static ChannelRule Floats { get; } = new(4, 1, 1, InFloat: true);

    /// <summary>Channels for a dense convolution to write.</summary>
    public int Written(int channels) => Math.Max(LeastOutputs, Up(channels, Dense));

    /// <summary>The next multiple.</summary>
    public static int Up(int channels, int multiple) => (channels + multiple - 1) / multiple * multiple;
}
