"""Questions that the deployed stack answers: from its table and its audit log, without reading ECS."""
