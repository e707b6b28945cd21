using TorchSharp.PInvoke;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>No gradients are recorded on this thread until the result is disposed of.</summary>
    public static IDisposable no_grad() => new AutoGradMode(false);
}

internal sealed class AutoGradMode : IDisposable
{
    private readonly bool _previous;

    internal AutoGradMode(bool enabled)
    {
        _previous = IsEnabled;
        Set(enabled);
    }

    private static unsafe bool IsEnabled
    {
        get
        {
            int enabled;
            NativeMethods.Check(NativeMethods.ck_grad_enabled(&enabled));
            return enabled != 0;
        }
    }

    public void Dispose() => Set(_previous);

    private static void Set(bool enabled) => NativeMethods.Check(NativeMethods.ck_set_grad_enabled(enabled ? 1 : 0));
}
