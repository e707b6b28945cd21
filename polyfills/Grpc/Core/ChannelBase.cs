namespace Grpc.Core;

/// <summary>A way to a server.</summary>
public abstract class ChannelBase
{
    protected ChannelBase(string target) => Target = target;

    /// <summary>The server's authority.</summary>
    public string Target { get; }

    public abstract CallInvoker CreateCallInvoker();
}
