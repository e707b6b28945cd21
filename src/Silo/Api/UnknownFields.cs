using Google.Protobuf.Reflection;

namespace Cluster.Silo.Api;

/// <summary>
/// Refuses requests of later clients that ask for what this server does not know. Protobuf passes such fields over in silence, so that a
/// job would run without an option that its user gave.
/// </summary>
internal static class UnknownFields
{
    /// <exception cref="RpcException">The request, or a message in it, has a field that this server does not know.</exception>
    public static void RequireNone(IMessage request)
    {
        using var input = new CodedInputStream(request.ToByteArray());
        RequireNone(input, request.Descriptor);
    }

    private static void RequireNone(CodedInputStream input, MessageDescriptor message)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            int number = WireFormat.GetTagFieldNumber(tag);
            var field = message.FindFieldByNumber(number) ?? throw ApiError.Field(
                Reason.RequestInvalid,
                message.Name,
                $"This server does not know field {number} of {message.Name}: it is older than the client. Upgrade the server, or leave "
                + "out what it lacks.");
            if (field.FieldType == FieldType.Message)
            {
                using var inner = input.ReadBytes().CreateCodedInput();
                RequireNone(inner, field.MessageType);
            }
            else
            {
                input.SkipLastField();
            }
        }
    }
}
