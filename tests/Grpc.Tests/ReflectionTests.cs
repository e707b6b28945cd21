using Cluster.Grpc.Tests.Probing;
using Google.Protobuf.Reflection;
using Grpc.Core;
using V1 = Grpc.Reflection.V1;
using V1Alpha = Grpc.Reflection.V1Alpha;

namespace Cluster.Grpc.Tests;

public sealed class ReflectionTests
{
    [Fact]
    public async Task ListServices_BothVersions_NameEveryService()
    {
        await using var server = await ProbeServer.StartAsync();

        using var v1 = new V1.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await v1.RequestStream.WriteAsync(new V1.ServerReflectionRequest { ListServices = "" });
        await v1.ResponseStream.MoveNext();
        using var v1Alpha = new V1Alpha.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await v1Alpha.RequestStream.WriteAsync(new V1Alpha.ServerReflectionRequest { ListServices = "" });
        await v1Alpha.ResponseStream.MoveNext();

        string[] expected =
            ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "probe.Probe"];
        v1.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).Order(StringComparer.Ordinal)
            .ShouldBe(expected);
        v1Alpha.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).Order(StringComparer.Ordinal)
            .ShouldBe(expected);
    }

    [Theory]
    [InlineData("probe.Probe")]
    [InlineData("probe.Note")]
    public async Task FileContainingSymbol_Known_IsOurFile(string symbol)
    {
        var response = await AskAsync(new V1.ServerReflectionRequest { FileContainingSymbol = symbol });

        var file = FileDescriptorProto.Parser.ParseFrom(response.FileDescriptorResponse.FileDescriptorProto[0]);
        file.Name.ShouldBe("probe.proto");
        file.Service.Single().Method.Count.ShouldBe(Probe.Descriptor.Methods.Count);
    }

    [Fact]
    public async Task FileByFilename_Known_IsThatFile()
    {
        var response = await AskAsync(new V1.ServerReflectionRequest { FileByFilename = "probe.proto" });

        response.FileDescriptorResponse.FileDescriptorProto.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Ask_ForWhatIsNotThere_IsAnAnswerNotAFailure()
    {
        (await AskAsync(new V1.ServerReflectionRequest { FileByFilename = "nothing.proto" }))
            .ErrorResponse.ErrorCode.ShouldBe((int)StatusCode.NotFound);
        (await AskAsync(new V1.ServerReflectionRequest { FileContainingSymbol = "probe.Nothing" }))
            .ErrorResponse.ErrorCode.ShouldBe((int)StatusCode.NotFound);
        (await AskAsync(new V1.ServerReflectionRequest { AllExtensionNumbersOfType = "probe.Note" }))
            .ErrorResponse.ErrorCode.ShouldBe((int)StatusCode.Unimplemented);
    }

    private static async Task<V1.ServerReflectionResponse> AskAsync(V1.ServerReflectionRequest request)
    {
        await using var server = await ProbeServer.StartAsync();
        using var call = new V1.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(request);
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        var response = call.ResponseStream.Current;
        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        return response;
    }
}
