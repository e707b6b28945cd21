namespace Orleans.Runtime;

/// <summary>The activation whose turn this thread is running.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? _current;

    /// <summary>Null outside grains.</summary>
    public static IGrainContext? Current
    {
        get => _current;
        set => _current = value;
    }
}
