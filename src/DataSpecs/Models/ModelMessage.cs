namespace Cluster.DataSpecs.Models;

/// <summary>The messages of an ONNX file that lead to tensors, and the tensor itself.</summary>
internal enum ModelMessage
{
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
}

internal static class ModelMessageExtensions
{
    /// <summary>The message that a field contains; null if no tensor of the network is below it.</summary>
    public static ModelMessage? Below(this ModelMessage message, ProtoField field) => (message, field.Number, field.Wire) switch
    {
        (ModelMessage.Model, 7, ProtoFields.LengthWire) => ModelMessage.Graph,
        (ModelMessage.Graph, 5, ProtoFields.LengthWire) => ModelMessage.Tensor,
        (ModelMessage.Graph, 1, ProtoFields.LengthWire) => ModelMessage.Node,
        (ModelMessage.Node, 5, ProtoFields.LengthWire) => ModelMessage.Attribute,
        (ModelMessage.Attribute, 5, ProtoFields.LengthWire) => ModelMessage.Tensor,
        (ModelMessage.Attribute, 6, ProtoFields.LengthWire) => ModelMessage.Graph, // the body of a branch or loop
        _ => null,
    };
}
