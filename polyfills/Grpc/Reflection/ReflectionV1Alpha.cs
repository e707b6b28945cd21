using Grpc.Core;
using Grpc.Reflection.V1Alpha;

namespace Grpc.Server;

/// <summary>Server reflection, v1alpha: what tools ask a server that they have no .proto files of.</summary>
internal sealed class ReflectionV1Alpha(DescriptorIndex index) : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            var response = Answer(request);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            await responseStream.WriteAsync(response);
        }
    }

    private static ServerReflectionResponse Files(IEnumerable<Google.Protobuf.ByteString>? files, string what) => files is null
        ? Error(StatusCode.NotFound, $"{what} not found.")
        : new ServerReflectionResponse { FileDescriptorResponse = new FileDescriptorResponse { FileDescriptorProto = { files } } };

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        ServerReflectionRequest.MessageRequestOneofCase.FileByFilename => Files(index.File(request.FileByFilename), "File"),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol => Files(index.FileOf(request.FileContainingSymbol), "Symbol"),
        ServerReflectionRequest.MessageRequestOneofCase.ListServices => new ServerReflectionResponse
        {
            ListServicesResponse = new ListServiceResponse
            {
                Service = { index.Services.Select(name => new ServiceResponse { Name = name }) },
            },
        },
        _ => Error(StatusCode.Unimplemented, "Request type not supported: extensions do not exist in proto3."),
    };
}
