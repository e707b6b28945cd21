namespace Grpc.Core;

/// <summary>A way to a server.</summary>
public abstract class ChannelBase
{
    public abstract CallInvoker CreateCallInvoker();
}
