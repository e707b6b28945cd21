namespace Cluster.Silo.Tests.Api;

/// <summary>Reads rich errors.</summary>
internal static class Errors
{
    public static async Task<RpcException> OfAsync(Func<Task> call) => await Should.ThrowAsync<RpcException>(call);

    public static ErrorInfo Info(this RpcException error) => error.Detail<ErrorInfo>().ShouldNotBeNull($"{error.Status} has an ErrorInfo");

    public static T? Detail<T>(this RpcException error)
        where T : Google.Protobuf.IMessage<T>, new()
    {
        var bytes = error.Trailers.GetValueBytes("grpc-status-details-bin").ShouldNotBeNull($"{error.Status} has details");
        var status = Google.Rpc.Status.Parser.ParseFrom(bytes);
        status.Code.ShouldBe((int)error.StatusCode);
        status.Message.ShouldBe(error.Status.Detail);
        return status.Details.Where(detail => detail.Is(new T().Descriptor)).Select(detail => detail.Unpack<T>()).FirstOrDefault();
    }
}
