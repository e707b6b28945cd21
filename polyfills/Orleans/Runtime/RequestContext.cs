namespace Orleans.Runtime;

/// <summary>Values that travel with a call to the callee and to whom it calls, never back.</summary>
public static class RequestContext
{
    private const string ReentrancyKey = "#CCR";

    private static readonly AsyncLocal<IReadOnlyDictionary<string, object>?> Values = new();

    public static Guid ReentrancyId
    {
        get => Get(ReentrancyKey) is Guid id ? id : Guid.Empty;
        set
        {
            if (value == Guid.Empty)
            {
                Remove(ReentrancyKey);
            }
            else
            {
                Set(ReentrancyKey, value);
            }
        }
    }

    public static IEnumerable<string> Keys => Values.Value?.Keys ?? [];

    public static IEnumerable<KeyValuePair<string, object>> Entries => Values.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

    public static object? Get(string key) => Values.Value is { } values && values.TryGetValue(key, out var value) ? value : null;

    // Dictionaries are replaced, never changed: flows that branched off keep theirs.
    public static void Set(string key, object value) =>
        Values.Value = new Dictionary<string, object>(Entries, StringComparer.Ordinal) { [key] = value };

    public static bool Remove(string key)
    {
        if (Get(key) is null)
        {
            return false;
        }

        var rest = new Dictionary<string, object>(Entries, StringComparer.Ordinal);
        rest.Remove(key);
        Values.Value = rest.Count == 0 ? null : rest;
        return true;
    }

    public static void Clear() => Values.Value = null;

    /// <summary>Until disposed, calls that come back to this activation along the chain of calls made from here may interleave.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var before = ReentrancyId;
        return new ReentrancySection(before, before == Guid.Empty ? Guid.NewGuid() : before);
    }

    /// <summary>Until disposed, calls made from here may not come back.</summary>
    public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

    internal static IReadOnlyDictionary<string, object>? Snapshot() => Values.Value;

    internal static void Import(IReadOnlyDictionary<string, object>? values) => Values.Value = values;

    internal static Guid ReentrancyIdOf(IReadOnlyDictionary<string, object>? values) =>
        values is not null && values.TryGetValue(ReentrancyKey, out var value) && value is Guid id ? id : Guid.Empty;

    /// <summary>The scope of <see cref="AllowCallChainReentrancy"/> or <see cref="SuppressCallChainReentrancy"/>.</summary>
    public readonly struct ReentrancySection : IDisposable, IEquatable<ReentrancySection>
    {
        private readonly Guid _before;
        private readonly Guid _within;

        public ReentrancySection(Guid originalReentrancyId, Guid newReentrancyId)
        {
            _before = originalReentrancyId;
            _within = newReentrancyId;
            ReentrancyId = newReentrancyId;
            if (newReentrancyId != Guid.Empty)
            {
                (RuntimeContext.Current as Activation)?.EnterSection(newReentrancyId);
            }
        }

        public void Dispose()
        {
            if (_within != Guid.Empty)
            {
                (RuntimeContext.Current as Activation)?.ExitSection(_within);
            }

            ReentrancyId = _before;
        }

        public bool Equals(ReentrancySection other) => _before == other._before && _within == other._within;

        public override bool Equals(object? obj) => obj is ReentrancySection other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_before, _within);

        public static bool operator ==(ReentrancySection left, ReentrancySection right) => left.Equals(right);

        public static bool operator !=(ReentrancySection left, ReentrancySection right) => !left.Equals(right);
    }
}
