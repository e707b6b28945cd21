using Cluster.DataSpecs.Models;
using Cluster.Networks;
using Cluster.Networks.Graphs;
using Cluster.Networks.Runtimes;
using Cluster.Networks.Runtimes.Timing;

namespace Cluster.Agent;

/// <summary>Times networks in ONNX Runtime on this machine for another one, which searches. Needs no libtorch.</summary>
/// <param name="requests">Ends with the one who asks.</param>
/// <param name="answers">One for each request, after a greeting.</param>
internal sealed class AgentLoop(Stream requests, Stream answers)
{
    private Dictionary<string, ModelFile> _files = [];

    /// <summary>Answers until the requests end.</summary>
    public void Run()
    {
        Answer(new AgentHello(MachineDescription.Short(), $"onnxruntime {OrtRuntime.Version}"));
        while (AgentWire.Read<AgentRequest>(requests) is { } request)
        {
            Take(request);
            TensorData[] inputs = [.. request.Inputs.Select(input => new TensorData(input.Type, input.Shape, Bytes(input.Bytes)))];
            Answer(Reply(request, inputs));
        }
    }

    // What a request does not name is not needed again soon, and may be too much for a small machine.
    private void Take(AgentRequest request)
    {
        foreach (var sent in request.Sent)
        {
            _files[sent.Digest] = ModelFile.Of(Bytes(sent.Bytes));
        }

        _files = request.Files.Distinct(StringComparer.Ordinal).ToDictionary(digest => digest, digest => _files[digest]);
    }

    private AgentReply Reply(AgentRequest request, TensorData[] inputs)
    {
        try
        {
            if (request.Sittings is not { } sittings)
            {
                return new AgentReply(
                    Kernels: OrtProfile.Take(_files[request.Files[0]], request.Threads, inputs, CancellationToken.None));
            }

            return new AgentReply(TimedFiles.Measure(
                owned => [.. request.Files.Select(digest => Open(_files[digest], request.Threads, inputs, owned))],
                sittings, CancellationToken.None));
        }
        catch (Exception failure) when (failure is KernelException or OutOfMemoryException or IOException)
        {
            return new AgentReply(Error: failure.Message);
        }
    }

    private static Action Open(ModelFile file, int threads, TensorData[] inputs, Stack<IDisposable> owned)
    {
#pragma warning disable CA2000 // Who times disposes of what is pushed.
        var session = OrtSession.Open(file, new OrtSessionOptions { Threads = threads });
#pragma warning restore CA2000
        owned.Push(session);
        var binding = session.Bind(inputs);
        owned.Push(binding);
        return binding.Run;
    }

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        requests.ReadExactly(bytes);
        return bytes;
    }

    private void Answer<T>(T message)
    {
        AgentWire.Write(answers, message);
        answers.Flush();
    }
}
